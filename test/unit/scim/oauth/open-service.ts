import { HttpRequest } from '@azure/functions';
import { openAccessTokens } from '../../../../lib/azure/access-tokens.ts';
import type { AppError } from '../../../../lib/errors.ts';
import type { StoredCredential } from '../../../../lib/ports/credentials.ts';
import type { Log, Secrets } from '../../../../lib/ports/platform.ts';
import { authenticate } from '../../../../lib/scim/oauth/authenticate.ts';
import { issueToken } from '../../../../lib/scim/oauth/issue-token.ts';
import { openConnections } from '../../../../lib/state/connections.ts';
import { openCredentials } from '../../../../lib/state/credentials.ts';
import { openKnownCredentials } from '../../../../lib/state/known-credentials.ts';
import type { Connection } from '../../../../lib/sync/connection.ts';
import {
  type Client,
  type Credential,
  type CredentialRole,
  staticToken,
} from '../../../../lib/sync/credential.ts';
import { hashOf, newSecret, newSecretId } from '../../../../lib/sync/secret.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';

export const MADE_AT = '2026-01-01T00:00:00.000Z';
const GUID = '11111111-2222-4333-8444-555555555555';

/** What differs between credentials of a story. */
export type Shape = Partial<Pick<Credential, 'role' | 'expiresAt' | 'connectionSince'>>;

/** Credentials on tables in memory, two processes that know them, and a clock. */
export async function openService() {
  const requests: string[] = [];
  const lines: string[] = [];
  const troubles = new Set<string>();
  const tables = new MemoryTables({
    step: async (what) => {
      if (troubles.has(what)) throw new Error(`no ${what}`);
      if (!what.startsWith('wrote')) requests.push(what);
    },
  });
  await tables.ensure(['connections', 'credentials']);
  const note = (message: string, fields?: object) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { info: note, warn: note, error: note };
  const vault = new Map<string, string>();
  const secrets: Secrets = {
    get: async (name) => vault.get(name),
    set: async (name, value) => void vault.set(name, value),
    remove: async (name) => void vault.delete(name),
  };
  const clock = { time: Date.parse(MADE_AT), now: () => clock.time };
  const connections = openConnections(tables.table('connections'));
  const credentials = openCredentials(tables.table('credentials'));
  const openProcess = () => ({
    clock,
    log,
    knownCredentials: openKnownCredentials({ clock, log, connections, credentials }),
    accessTokens: openAccessTokens(secrets, { now: clock.now, settle: async () => {} }),
  });
  const here = openProcess();
  const add = async <T extends Credential>(connectionId: string, credential: T) => {
    const { version } = await credentials.list(connectionId);
    return (await credentials.add(connectionId, credential, version)) as StoredCredential & T;
  };
  const base = (role: CredentialRole, shape: Shape) => ({
    id: newSecretId(),
    connectionSince: MADE_AT,
    name: 'Somebody',
    role,
    createdAt: MADE_AT,
    expiresAt: null,
    ...shape,
  });
  return {
    ...here,
    openProcess,
    connections,
    credentials,
    requests,
    lines,
    troubles,
    tables,
    connect: (id: string, more: Partial<Connection> = {}) =>
      connections.create({
        id,
        name: id,
        enabled: true,
        entra: { tenantId: GUID, clientId: GUID, credentials: [] },
        app: { kind: 'hosted' },
        settingsVersion: 1,
        createdAt: MADE_AT,
        updatedAt: MADE_AT,
        ...more,
      }),
    /** @returns the bearer, and the credential */
    token: async (connectionId: string, shape: Shape = {}) => {
      const secret = newSecret();
      const made = { ...base('app', shape), kind: 'token' as const, hash: hashOf(secret) };
      const credential = await add(connectionId, made);
      return { bearer: staticToken(made.id, secret), credential, secret };
    },
    /** @returns a client with as many secrets as there are expiries, in their order */
    client: async (
      connectionId: string,
      shape: Shape = {},
      expiries: readonly (string | null)[] = [null],
    ) => {
      const all = expiries.map((expiresAt) => ({ expiresAt, secret: newSecret() }));
      const kept = all.map(({ expiresAt, secret }) => ({
        id: newSecretId(),
        hash: hashOf(secret),
        createdAt: MADE_AT,
        expiresAt,
      }));
      const made: Client = { ...base('app', shape), kind: 'client', secrets: kept };
      const credential = await add(connectionId, made);
      return { id: made.id, secrets: all.map(({ secret }) => secret), credential };
    },
    enter: (connectionId: string, bearer: string, needs = here) =>
      authenticate(needs, connectionId, calling(`Bearer ${bearer}`)),
    ask: (connectionId: string, form: Form, headers: Readonly<Record<string, string>> = {}) =>
      issueToken(here, connectionId, posting(form, headers)),
  };
}

export type Service = Awaited<ReturnType<typeof openService>>;

/** Parameters of a form, or the body as it stands. */
export type Form = Readonly<Record<string, string>> | string;

export function calling(authorization: string | undefined): HttpRequest {
  const headers = authorization === undefined ? {} : { authorization };
  return new HttpRequest({ method: 'GET', url: 'https://tandem.example/scim/v2/one', headers });
}

function posting(form: Form, headers: Readonly<Record<string, string>>): HttpRequest {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return new HttpRequest({
    method: 'POST',
    url: 'https://tandem.example/scim/v2/one/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: { string: body },
  });
}

/** How an entry was refused; '' where it was not. */
export async function refusalOf(entering: Promise<unknown>): Promise<string> {
  return entering.then(
    () => '',
    ({ code, message }: AppError) => `${code}: ${message}`,
  );
}
