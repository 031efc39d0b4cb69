import type { Command, Context, Given } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { LIMIT, limitOf, textOf, wordsOf } from '../given.ts';
import { answerOf } from '../http/answer-of.ts';
import { pathOf } from '../http/paths.ts';
import { newConnection } from '../new-connection.ts';
import { showList } from '../show-list.ts';
import { timeText } from '../text/figures.ts';
import { factLines } from '../text/table.ts';
import { type ConnectionView, connectionSchema } from '../views.ts';

/** Connections, and their switch. */
export const CONNECTION_COMMANDS: readonly Command[] = [
  {
    name: 'connections list',
    short: 'connections',
    summary: 'All connections',
    takes: [],
    options: LIMIT,
    run: list,
  },
  {
    name: 'connections show',
    summary: 'A connection with its settings',
    takes: ['CONNECTION'],
    options: {},
    run: show,
  },
  {
    name: 'connections create',
    summary: 'Makes a connection, which is off',
    takes: [],
    options: {
      name: { value: 'NAME', help: 'what people call it' },
      id: { value: 'ID', help: 'made up where it is left out' },
      tenant: { value: 'ID', help: "the tenant's id" },
      'client-id': {
        value: 'ID',
        help: "the app registration's; its secret: TANDEM_CLIENT_SECRET",
      },
      'client-secret-file': {
        value: 'FILE',
        help: 'or the file where it stands; "-" = standard input',
      },
      connector: { help: "sign in as the connector's own application, instead of a client" },
      rules: { value: 'FILE', help: 'JSON of the rules (docs/rules.md)' },
      file: {
        value: 'FILE',
        help: 'JSON of all of it, as POST /manage/connections takes it; "-" = standard input',
      },
    },
    more: ['Next: tandem test, tandem preview, tandem connections enable.'],
    run: create,
  },
  {
    name: 'connections enable',
    summary: 'Switches directory sync on; that takes a passed test, the first time also a preview',
    takes: ['CONNECTION'],
    options: { plan: { value: 'PLAN', help: 'the id of the preview that was looked at' } },
    run: (context, given) => switchSync(context, given, true),
  },
  {
    name: 'connections disable',
    summary: 'Switches directory sync off; what is in flight finishes',
    takes: ['CONNECTION'],
    options: {},
    run: (context, given) => switchSync(context, given, false),
  },
];

async function list(context: Context, given: Given): Promise<ExitCode> {
  const wanted = { path: pathOf('connections'), member: 'connections', limit: limitOf(given) };
  await showList(context, wanted, {
    schema: connectionSchema,
    none: 'There are no connections.',
    columns: [
      { title: 'id', of: ({ id }) => id, isWhole: true },
      { title: 'name', of: ({ name }) => name },
      { title: 'sync', of: ({ enabled }) => (enabled ? 'on' : 'off') },
      { title: 'import', of: (one) => one.import },
      { title: 'tenant', of: ({ entra }) => entra.tenantId },
      { title: 'changed', of: ({ updatedAt }) => timeText(updatedAt) },
    ],
  });
  return EXIT.fine;
}

async function show({ api, out }: Context, given: Given): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const answer = await api.get(pathOf('connections', id));
  out.show(answer, () => connectionLines(answerOf(connectionSchema, answer)));
  return EXIT.fine;
}

async function create(context: Context, given: Given): Promise<ExitCode> {
  const { api, out } = context;
  const answer = await api.ask('POST', pathOf('connections'), await newConnection(context, given));
  out.show(answer, () => {
    const made = answerOf(connectionSchema, answer);
    return [...connectionLines(made), '', `Next: tandem test ${made.id}`];
  });
  return EXIT.fine;
}

async function switchSync(
  { api, out }: Context,
  given: Given,
  enabled: boolean,
): Promise<ExitCode> {
  const [id] = wordsOf(given);
  const plan = textOf(given, 'plan');
  const body = { enabled, ...(plan !== undefined && { plan }) };
  const answer = await api.ask('PUT', pathOf('connections', id, 'sync'), body);
  out.show(answer, () => [`Directory sync of ${id} is ${enabled ? 'on' : 'off'}.`]);
  return EXIT.fine;
}

function connectionLines(connection: ConnectionView): string[] {
  const { id, name, enabled, entra, createdAt, updatedAt } = connection;
  return factLines([
    ['id', id],
    ['name', name],
    ['sync', enabled ? 'on' : 'off'],
    ['import', connection.import],
    ['tenant', entra.tenantId],
    ['client', entra.clientId],
    ['made', timeText(createdAt)],
    ['changed', timeText(updatedAt)],
    ['rules', 'with --json'],
  ]);
}
