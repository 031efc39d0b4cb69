import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../../errors.ts';
import type { Services } from '../../ports.ts';
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

export type ScimNeeds = Pick<
  Services,
  'connections' | 'knownCredentials' | 'accessTokens' | 'directories' | 'clock' | 'log'
> & { readonly config: { readonly publicUrl: string | undefined } };

/**
 * The SCIM service of all connections, `/scim/v2/{connectionId}/…` (RFC 7644). Open it once a
 * process: it remembers connections for some seconds, and where pages begin.
 */
export function openScim(services: () => Promise<ScimNeeds>): HttpHandler {
  const find = openKnownConnections();
  return async (request) => {
    let log: ScimNeeds['log'] | undefined;
    try {
      const needs = await services();
      log = needs.log;
      return await answer(needs, request, (id) => find(needs, id));
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
  request: HttpRequest,
  find: (connectionId: string) => Promise<KnownConnection | undefined>,
): Promise<HttpResponseInit> {
  const [, , connectionId = '', ...path] = pathParts(new URL(request.url).pathname);
  if (path[0] === 'token' && path.length === 1 && request.method === 'POST')
    return issueToken(needs, connectionId, request);
  const caller = await authenticate(needs, connectionId, request);
  const known = await find(connectionId);
  if (!known) throw new AppError('unauthorized', 'a valid credential of this connection is needed');
  if (known.connection.leaving && request.method !== 'GET')
    throw new ScimError(403, undefined, 'the connection is being removed: nothing is written any more');
  const provider = providerOf(needs, request, { caller, ...known });
  return toResponse(await dispatch(provider, toExchange(request, withoutEnd(path))));
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
    bookmarks,
    now: () => clock.now(),
  };
}

/** A slash at the end means nothing. */
function withoutEnd(path: readonly string[]): readonly string[] {
  return path.length > 1 && path.at(-1) === '' ? path.slice(0, -1) : path;
}
