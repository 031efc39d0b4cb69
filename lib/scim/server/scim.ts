import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { type Connection, isAutomatic, objectIdAttribute } from '../../sync/connection.ts';
import { isExporting, rulesOf } from '../../sync/rules/rules-of.ts';
import { tenantUrl } from '../../sync/scim-address.ts';
import { authenticate, type Caller } from '../oauth/authenticate.ts';
import { issueToken } from '../oauth/issue-token.ts';
import { connectionSchemas } from '../schema/connection-schemas.ts';
import { ScimError } from '../scim-error.ts';
import { pathParts } from './address.ts';
import { dispatch } from './dispatch.ts';
import type { Provider } from './exchange.ts';
import { problemResponse, toExchange, toResponse } from './http-exchange.ts';
import { type KnownConnection, openKnownConnections } from './known-connections.ts';
import { openWaking, type WritePoll } from './wake.ts';

export type ScimNeeds = Pick<
  Services,
  'connections' | 'knownCredentials' | 'accessTokens' | 'directories' | 'bus' | 'clock' | 'log'
> & { readonly config: { readonly publicUrl: string | undefined } };

/** What a process keeps between requests. */
interface Kept {
  readonly find: ReturnType<typeof openKnownConnections>;
  readonly wake: ReturnType<typeof openWaking>;
}

/**
 * The SCIM service of all connections, `/scim/v2/{connectionId}/…` (RFC 7644). Open it once a
 * process: it remembers connections for some seconds, and where pages begin.
 */
export function openScim(services: () => Promise<ScimNeeds>): HttpHandler {
  const kept = { find: openKnownConnections(), wake: openWaking() };
  return async (request) => {
    let log: ScimNeeds['log'] | undefined;
    try {
      const needs = await services();
      log = needs.log;
      return await answer(needs, kept, request);
    } catch (error) {
      // The caller learns nothing of what is not ours to say; the log says where it happened.
      if (!(error instanceof AppError) && !(error instanceof ScimError)) {
        const where = error instanceof Error ? error.stack : undefined;
        log?.error('a SCIM request failed', { method: request.method, where });
      }
      return problemResponse(error);
    }
  };
}

async function answer(
  needs: ScimNeeds,
  { find, wake }: Kept,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const [, , connectionId = '', ...parts] = pathParts(new URL(request.url).pathname);
  // A slash at the end means nothing.
  const path = parts.length > 1 && parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  if (path[0] === 'token' && path.length === 1 && request.method === 'POST')
    return issueToken(needs, connectionId, request);
  const caller = await authenticate(needs, connectionId, request);
  const isWrite = request.method !== 'GET' && path.at(-1) !== '.search';
  // Who was just switched on need not wait until that is forgotten.
  const known = await find(needs, connectionId, (one) => !isWrite || mayWrite(one, caller));
  if (!known) throw new AppError('unauthorized', 'a valid credential of this connection is needed');
  if (isWrite && !mayWrite(known.connection, caller))
    throw new ScimError(403, undefined, 'the connection is switched off, or being removed');
  const provider = providerOf(needs, request, { caller, ...known });
  const answered = await dispatch(provider, toExchange(request, path));
  const reason = isWrite ? wakingReason(known.connection, caller) : undefined;
  if (reason) await tryToWake(needs, connectionId, () => wake(needs, connectionId, reason));
  return toResponse(answered);
}

/** What the application writes concerns nobody where nothing of it reaches Entra. */
function wakingReason(connection: Connection, { role }: Caller): WritePoll | undefined {
  if (role === 'entra') return 'pushed';
  const isRead = connection.enabled && isAutomatic(connection);
  return isRead && isExporting(rulesOf(connection)) ? 'written' : undefined;
}

/** What is written is written, and a timer finds it: a bus that is down is no error of the client's. */
async function tryToWake(
  { log }: ScimNeeds,
  connectionId: string,
  wake: () => Promise<void>,
): Promise<void> {
  try {
    await wake();
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unknown';
    log.warn('the sync is not woken', { connectionId, code });
  }
}

/** Entra's word is not taken while directory sync is off, nobody's while the connection leaves. */
function mayWrite({ leaving, enabled }: Connection, { role }: Caller): boolean {
  return !leaving && (enabled || role === 'app');
}

function providerOf(
  { directories, config, clock }: ScimNeeds,
  request: HttpRequest,
  { connection, bookmarks, caller }: KnownConnection & { readonly caller: Caller },
): Provider {
  return {
    store: directories.resources(connection),
    schemas: connectionSchemas(connection),
    base: tenantUrl(config.publicUrl ?? new URL(request.url).origin, connection.id),
    by: caller.role,
    objectId: caller.role === 'entra' ? objectIdAttribute(connection) : undefined,
    bookmarks,
    now: () => clock.now(),
  };
}
