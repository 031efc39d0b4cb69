import { z } from 'zod';
import { type Connection, isPush } from './connection.ts';
import { isSecretOf, NO_HASH } from './secret.ts';

/** How many credentials a connection has at most, and how many secrets a client. */
export const MOST_CREDENTIALS = 20;
export const MOST_SECRETS = 5;

export const credentialIdSchema = z.string().regex(/^[0-9a-f]{22}$/);
const id = credentialIdSchema;
/** SHA-256, base64url. */
const hash = z.string().regex(/^[\w-]{43}$/);
const time = z.iso.datetime();

/** `app`: the application's own word; `entra`: what is written came from Entra's provisioning. */
export const credentialRoleSchema = z.enum(['app', 'entra']);
export type CredentialRole = z.infer<typeof credentialRoleSchema>;

const clientSecretSchema = z.object({ id, hash, createdAt: time, expiresAt: time.nullable() });
export type ClientSecret = z.infer<typeof clientSecretSchema>;

const shared = {
  id,
  /** When its connection was made: one of the same id that is made later has other credentials. */
  connectionSince: time,
  name: z.string().min(1).max(100),
  role: credentialRoleSchema,
  createdAt: time,
  /** Null = never. */
  expiresAt: time.nullable(),
};

/** What opens a connection's SCIM service; its secrets are known to their owner alone. */
export const credentialSchema = z.discriminatedUnion('kind', [
  /** A static bearer token. */
  z.object({ ...shared, kind: z.literal('token'), hash }),
  /** OAuth 2.0 client credentials: the id is the client id. */
  z.object({
    ...shared,
    kind: z.literal('client'),
    secrets: z.array(clientSecretSchema).max(MOST_SECRETS),
  }),
]);
export type Credential = z.infer<typeof credentialSchema>;
export type Client = Extract<Credential, { kind: 'client' }>;

/** The bearer of a static token: base64 of `id:secret`. */
export function staticToken(id: string, secret: string): string {
  return Buffer.from(`${id}:${secret}`).toString('base64');
}

/**
 * When a credential opens nothing any more: at its own end, or at that of the last of a client's
 * secrets, whichever comes first. Null = never.
 */
export function endOfCredential(credential: Credential): string | null {
  const { expiresAt } = credential;
  const ends = credential.kind === 'client' ? credential.secrets.map((one) => one.expiresAt) : [];
  const lasting = ends.filter((end) => end !== null);
  const last = lasting.length === ends.length ? (lasting.sort().at(-1) ?? null) : null;
  if (last === null || expiresAt === null) return expiresAt ?? last;
  return last < expiresAt ? last : expiresAt;
}

/** Whether it has not expired. */
function isLasting({ expiresAt }: Pick<Credential, 'expiresAt'>, now: number): boolean {
  return expiresAt === null || Date.parse(expiresAt) > now;
}

/** Whether a credential belongs to this connection, and not to one that had its id before. */
export function isOwn(connection: Connection, { connectionSince }: Credential): boolean {
  return connectionSince === connection.createdAt;
}

/** Whether a connection takes a credential at all: Entra writes into those that it is to push to. */
export function isTaken(connection: Connection, credential: Credential): boolean {
  if (connection.leaving || !isOwn(connection, credential)) return false;
  return credential.role !== 'entra' || isPush(connection);
}

/**
 * The static token that a secret opens. Comparing takes the same time whether there is one of this
 * id or not.
 */
export function openedToken<T extends Credential>(
  credentials: readonly T[],
  presented: { readonly id: string; readonly secret: string },
  now: number,
): T | undefined {
  const named = credentials.find((one) => one.kind === 'token' && one.id === presented.id);
  const isRight = isSecretOf(named?.kind === 'token' ? named.hash : NO_HASH, presented.secret);
  return named && isRight && isLasting(named, now) ? named : undefined;
}

/** The client that a secret opens, and the secret; as {@link openedToken}. */
export function openedClient<T extends Credential>(
  credentials: readonly T[],
  presented: { readonly id: string; readonly secret: string },
  now: number,
): { readonly client: T & Client; readonly secret: ClientSecret } | undefined {
  const client = clientOf(credentials, presented.id, now);
  const secrets = client?.secrets ?? [];
  // As many comparisons for every client, known or not.
  const none = Array.from({ length: MOST_SECRETS - secrets.length }, () => undefined);
  const right = [...secrets, ...none].filter((one) =>
    isSecretOf(one?.hash ?? NO_HASH, presented.secret),
  );
  const secret = right.find((one) => one && isLasting(one, now));
  return client && secret && { client, secret };
}

/**
 * The client that an access token was issued to, if it is still good, and has the secret still; the
 * token ends no later than that.
 */
export function clientOfToken<T extends Credential>(
  credentials: readonly T[],
  { credentialId, secretId }: { readonly credentialId: string; readonly secretId: string },
  now: number,
): T | undefined {
  const client = clientOf(credentials, credentialId, now);
  return client?.secrets.some((one) => one.id === secretId) ? client : undefined;
}

function clientOf<T extends Credential>(
  credentials: readonly T[],
  clientId: string,
  now: number,
): (T & Client) | undefined {
  return credentials.find(
    (one): one is T & Client => one.kind === 'client' && one.id === clientId && isLasting(one, now),
  );
}
