import type { Context, Given } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { textOf, usage } from './given.ts';
import { readJsonFile } from './read-json-file.ts';

const WAYS = ['tandem connections create --help tells the ways to say it.'];

/**
 * The body that makes a connection, from options, or from a file that has all of it.
 * @throws CommandFailure
 */
export async function newConnection(context: Context, given: Given): Promise<unknown> {
  const file = textOf(given, 'file');
  if (file !== undefined) {
    if (given.texts.size + given.flags.size > 1 + commonOf(given))
      throw usage('--file has all of it: no other option goes with it.', WAYS);
    return readJsonFile(context, file);
  }
  const [id, rules] = [textOf(given, 'id'), textOf(given, 'rules')];
  const name = textOf(given, 'name');
  const tenantId = textOf(given, 'tenant');
  if (name === undefined || tenantId === undefined)
    throw usage('A connection needs --name and --tenant, or --file.', WAYS);
  return {
    name,
    entra: { tenantId, ...(await signInOf(context, given)) },
    ...(id !== undefined && { id }),
    ...(rules !== undefined && { rules: await readJsonFile(context, rules) }),
  };
}

/** How many options were given that every command takes. */
function commonOf({ texts, flags }: Given): number {
  return ['url', 'scope', 'token', 'json'].filter((name) => texts.has(name) || flags.has(name))
    .length;
}

async function signInOf(context: Context, given: Given) {
  const clientId = textOf(given, 'client-id');
  if (given.flags.has('connector')) {
    if (clientId !== undefined) throw usage('Either --connector, or --client-id.', WAYS);
    return { credentials: [{ kind: 'connector' }] };
  }
  if (clientId === undefined) throw usage('Say who signs in: --client-id, or --connector.', WAYS);
  return { clientId, clientSecret: await secretOf(context, given) };
}

/** Never on the command line, where others on the machine can see it. */
async function secretOf({ env, readText }: Context, given: Given): Promise<string> {
  const file = textOf(given, 'client-secret-file');
  const secret =
    file === undefined
      ? env.TANDEM_CLIENT_SECRET
      : await readText(file).catch(() => {
          throw new CommandFailure(EXIT.usage, 'The file of the client secret cannot be read.');
        });
  const text = secret?.trim() ?? '';
  if (text === '')
    throw usage('The client secret is missing: TANDEM_CLIENT_SECRET, or --client-secret-file.');
  return text;
}
