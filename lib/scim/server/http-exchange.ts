import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { readJson } from '../../http.ts';
import type { Json } from '../../sync/entry.ts';
import { SCIM_LIMITS } from '../limits.ts';
import type { Answer, Exchange } from './exchange.ts';
import { scimProblem } from './scim-problem.ts';
import { tagOf } from './version-tag.ts';

const LIMITS = { maxBytes: SCIM_LIMITS.mostBytes, maxDepth: 32 };

/** Entra insists on it (Microsoft docs: develop a SCIM endpoint, security and content type). */
const HEADERS = { 'content-type': 'application/scim+json', 'cache-control': 'private, no-cache' };

/**
 * A request as the service provider sees it. The body is read as JSON, whatever it is called; a `+`
 * in the query is a blank, as forms have it.
 */
export function toExchange(request: HttpRequest, path: readonly string[]): Exchange {
  return {
    method: request.method.toUpperCase(),
    path,
    query: new URL(request.url).searchParams,
    ifMatch: request.headers.get('if-match') ?? undefined,
    ifNoneMatch: request.headers.get('if-none-match') ?? undefined,
    // What JSON.parse gives is JSON.
    body: async () => (await readJson(request, z.unknown(), LIMITS)) as Json,
  };
}

/** An answer as it is sent. */
export function toResponse({ status, body, location, version }: Answer): HttpResponseInit {
  const headers = {
    ...(body === undefined ? {} : HEADERS),
    ...(location !== undefined && { location }),
    ...(version !== undefined && { etag: tagOf(version) }),
  };
  return body === undefined ? { status, headers } : { status, headers, body: JSON.stringify(body) };
}

/** An error as it is sent. */
export function problemResponse(error: unknown): HttpResponseInit {
  const { status, body, headers } = scimProblem(error);
  return { status, headers: { ...HEADERS, ...headers }, body: JSON.stringify(body) };
}
