import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Connection } from '../sync/connection.ts';
import { clientIdOf, type EntraCredential, secretNamesOf } from '../sync/entra-credential.ts';
import { type Draft, type entraDraftSchema, type Settled, settleDraft } from './entra-drafts.ts';
import type { Call } from './manage.ts';

/** What `PATCH` changes of how a connection signs in; several credentials have routes of their own. */
export const entraChangeSchema = z.strictObject({
  clientId: z.guid().toLowerCase().optional(),
  clientSecret: z.string().min(1).max(500).optional(),
  readsExpiry: z.boolean().optional(),
});

/** How a connection signs in, and the secrets that are not in the vault yet. */
export interface EntraChange {
  readonly entra: Connection['entra'];
  readonly secrets: ReadonlyMap<string, string>;
}

/** @throws AppError `bad-request`, `conflict` where the connector has no application of its own */
export function newEntra(
  call: Call,
  connectionId: string,
  { tenantId, drafts, readsExpiry }: z.output<typeof entraDraftSchema>,
): EntraChange {
  const settled = drafts.map((draft) => settleDraft(connectionId, draft));
  const credentials = settled.map(({ credential }) => credential);
  const clientId = applicationOf(call, credentials);
  const reads = readsExpiry !== undefined && { readsExpiry };
  return { entra: { tenantId, clientId, credentials, ...reads }, secrets: secretsOf(settled) };
}

/** As {@link newEntra}, in the place of the credentials that a connection has. */
export function withDrafts(
  call: Call,
  { id, entra }: Connection,
  drafts: readonly Draft[],
): EntraChange {
  const settled = drafts.map((draft) => settleDraft(id, draft));
  const credentials = settled.map(({ credential }) => credential);
  const clientId = applicationOf(call, credentials);
  return { entra: { ...entra, clientId, credentials }, secrets: secretsOf(settled) };
}

/** The application that notifications are asked for as: that of the first credential of all parts. */
export function applicationOf({ services }: Call, credentials: readonly EntraCredential[]): string {
  const first = credentials.find((one) => one.for === undefined);
  if (!first) throw new AppError('bad-request', 'one credential has to be for all parts');
  const connector = services.config.connector.clientId;
  const isLacking = credentials.some((one) => one.kind === 'connector') && connector === undefined;
  const clientId = clientIdOf(first, connector);
  if (isLacking || clientId === undefined)
    throw new AppError(
      'conflict',
      'the connector has no application of its own: set CONNECTOR_CLIENT_ID, or enter a credential',
    );
  return clientId;
}

/**
 * Another client id, or another secret, of the first credential.
 * @throws AppError `conflict` where that is no client secret
 */
export function changedEntra(
  connection: Connection,
  change: z.output<typeof entraChangeSchema> = {},
): EntraChange {
  const { entra } = connection;
  const { clientId, clientSecret, readsExpiry = entra.readsExpiry } = change;
  const reads = readsExpiry !== undefined && { readsExpiry };
  if (clientId === undefined && clientSecret === undefined)
    return { entra: { ...entra, ...reads }, secrets: new Map() };
  const first = entra.credentials.find((one) => one.for === undefined);
  if (first?.kind !== 'secret')
    throw new AppError(
      'conflict',
      `the first credential is no client secret; change it at /manage/connections/${connection.id}/entra/credentials`,
    );
  const { credential, secrets } =
    clientSecret === undefined
      ? { credential: first, secrets: new Map<string, string>() }
      : settleDraft(connection.id, {
          kind: 'secret',
          clientId: first.clientId,
          secret: clientSecret,
          expiresAt: null,
          ...(first.name && { name: first.name }),
        });
  const next = { ...credential, clientId: clientId ?? first.clientId };
  const credentials = entra.credentials.map((one) => (one === first ? next : one));
  return { entra: { ...entra, clientId: next.clientId, credentials, ...reads }, secrets };
}

function secretsOf(settled: readonly Settled[]): ReadonlyMap<string, string> {
  return new Map(settled.flatMap(({ secrets }) => [...secrets]));
}

/** Throws away what stands in the vault for nothing any more. */
export async function removeUnused(
  { secrets }: Call['services'],
  before: Pick<Connection, 'entra'>,
  after: Pick<Connection, 'entra'>,
): Promise<void> {
  const used = new Set(secretNamesOf(after.entra.credentials));
  for (const name of secretNamesOf(before.entra.credentials))
    if (!used.has(name)) await secrets.remove(name);
}
