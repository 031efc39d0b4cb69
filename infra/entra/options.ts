import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Desired } from './desired.ts';
import type { Sought } from './find.ts';
import { permissionsOf, type Switch } from './permissions.ts';

/** What the command line asks for. */
export interface SetupOptions {
  readonly sought: Sought;
  readonly desired: Desired;
  readonly tenantId: string;
  readonly graphBaseUrl: string;
  readonly authority: string;
  readonly isDryRun: boolean;
  /** Does it without asking. */
  readonly isSure: boolean;
}

export const HELP = `Registers the connector in Entra ID, or brings its registration in step.

  node infra/setup-entra.ts --tenant TENANTID [--dry-run]

  --tenant ID                the tenant of the registration
  --name NAME                its display name                                (Tandem)
  --client-id ID             the registration itself, where several have the name
  --import users,groups      what Tandem reads                               (users,groups)
  --export users,groups      what Tandem writes                              (nothing)
  --hidden-memberships       reads groups whose membership is hidden, too
  --watch-secrets            reads when secrets of registrations end
  --identity ID              principal id of the app's managed identity, TANDEM_IDENTITY_PRINCIPAL_ID of azd:
                             it vouches for the connector in place of a secret
  --public-url URL           where the app is reached: consent leads back there
  --multi-tenant             other tenants may consent to it
  --administrator ID         object id of whoever gets the role Sync.Admin; may be repeated
  --no-consent               leaves granting the permissions to somebody who may
  --graph URL                Graph's origin, in national clouds              (https://graph.microsoft.com)
  --authority URL            where tokens come from, in national clouds      (https://login.microsoftonline.com)
  --dry-run                  tells what it would do
  --yes                      does not ask
  --help                     this text

It signs in as you do with az or azd, or as the environment says (@azure/identity, DefaultAzureCredential).
That takes the role Application Administrator; to grant permissions, Privileged Role Administrator.
`;

const OPTIONS = {
  tenant: { type: 'string' },
  name: { type: 'string', default: 'Tandem' },
  'client-id': { type: 'string' },
  import: { type: 'string', default: 'users,groups' },
  export: { type: 'string', default: '' },
  'hidden-memberships': { type: 'boolean', default: false },
  'watch-secrets': { type: 'boolean', default: false },
  identity: { type: 'string' },
  'public-url': { type: 'string' },
  'multi-tenant': { type: 'boolean', default: false },
  administrator: { type: 'string', multiple: true, default: [] as string[] },
  'no-consent': { type: 'boolean', default: false },
  graph: { type: 'string', default: 'https://graph.microsoft.com' },
  authority: { type: 'string', default: 'https://login.microsoftonline.com' },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const given = z.object({
  tenant: z.guid({ error: '--tenant takes the id of a tenant' }),
  name: z.string().min(1, { error: '--name takes a name' }).max(120),
  'client-id': z.guid({ error: '--client-id takes a client id' }).optional(),
  identity: z.guid({ error: '--identity takes a principal id' }).optional(),
  'public-url': z
    .url({ protocol: /^https$/, error: '--public-url takes an https address' })
    .optional(),
  administrator: z.array(z.guid({ error: '--administrator takes an object id' })),
  graph: z.url({ protocol: /^https$/, error: '--graph takes an https address' }),
  authority: z.url({ protocol: /^https$/, error: '--authority takes an https address' }),
});

/**
 * Reads the command line, without the program's name; undefined where help is asked for.
 * @throws RangeError that says what is wrong
 */
export function parseOptions(args: readonly string[]): SetupOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  if (values.help) return undefined;
  const parsed = given.safeParse(values);
  if (!parsed.success)
    throw new RangeError(parsed.error.issues.map(({ message }) => message).join('; '));
  const { tenant: tenantId, identity: principalId, ...known } = parsed.data;
  const authority = new URL(known.authority).origin;
  const issuer = `${authority}/${tenantId}/v2.0`;
  const switches: Switch[] = [
    ...kindsOf('import', values.import),
    ...kindsOf('export', values.export),
    ...(values['hidden-memberships'] ? ['hidden-memberships' as const] : []),
    ...(values['watch-secrets'] ? ['watch-secrets' as const] : []),
  ];
  return {
    sought: { name: known.name, clientId: known['client-id'] },
    desired: {
      name: known.name,
      permissions: permissionsOf(switches),
      isMultiTenant: values['multi-tenant'],
      publicUrl: known['public-url'],
      identity: principalId === undefined ? undefined : { principalId, issuer },
      administrators: known.administrator,
      consents: !values['no-consent'],
    },
    tenantId,
    graphBaseUrl: known.graph,
    authority,
    isDryRun: values['dry-run'],
    isSure: values.yes,
  };
}

function kindsOf<Direction extends 'import' | 'export'>(
  direction: Direction,
  text: string,
): `${Direction}-${'users' | 'groups'}`[] {
  const kinds = text.split(',').filter((kind) => kind !== '');
  return kinds.map((kind) => {
    if (kind === 'users' || kind === 'groups') return `${direction}-${kind}` as const;
    throw new RangeError(`--${direction} takes users, groups or both, not "${kind}"`);
  });
}
