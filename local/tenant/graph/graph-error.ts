import { randomUUID } from 'node:crypto';
import { graphTime } from '../clock.ts';
import type { OpenPoints } from '../open-points.ts';
import type { GraphAnswer } from './graph-call.ts';

/** What stands in an error beside code and message. */
export interface ErrorExtras {
  readonly details?: readonly object[];
  readonly innerError?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in Graph's own words. The code is stable, messages are not (Graph docs: errors). */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extras: ErrorExtras;

  constructor(
    status: number,
    [code, message]: readonly [string, string],
    extras: ErrorExtras = {},
  ) {
    super(message);
    this.name = 'GraphError';
    this.status = status;
    this.code = code;
    this.extras = extras;
  }
}

/** The ids that tie a request to its answer. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

/** New ids; the client's own is kept where it sent one. */
export function requestIds(clientRequestId: string | undefined): RequestIds {
  const requestId = randomUUID();
  return { requestId, clientRequestId: clientRequestId ?? requestId };
}

/** The answer that carries an error, in Graph's envelope. `now` is in milliseconds. */
export function errorAnswer(error: GraphError, ids: RequestIds, now: number): GraphAnswer {
  const { details, innerError, headers } = error.extras;
  return {
    status: error.status,
    ...(headers !== undefined && { headers }),
    body: {
      error: {
        code: error.code,
        message: error.message,
        ...(details !== undefined && { details }),
        innerError: {
          ...innerError,
          // Without a zone, although it is UTC (Graph docs: error responses).
          date: graphTime(now).slice(0, 19),
          'request-id': ids.requestId,
          'client-request-id': ids.clientRequestId,
        },
      },
    },
  };
}

export const badRequest = (message: string): GraphError =>
  new GraphError(400, ['Request_BadRequest', message]);

export const valueRequired = (
  property: string,
  resource: 'User' | 'Group' | 'Application',
): GraphError =>
  badRequest(`A value is required for property '${property}' of resource '${resource}'.`);

export const unsupportedQuery = (message: string): GraphError =>
  new GraphError(400, ['Request_UnsupportedQuery', message]);

export const accessDenied = (): GraphError =>
  new GraphError(403, [
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  ]);

export const notFound = (id: string): GraphError =>
  new GraphError(404, [
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  ]);

/** A refusal that clients have met with either status. */
export const refusedWith = (status: 400 | 403, message: string): GraphError =>
  status === 400
    ? badRequest(message)
    : new GraphError(403, ['Authorization_RequestDenied', message]);

/** A duplicate answers 400, not 409, and names the property in its details. */
export function objectConflict(
  { openPoints }: { readonly openPoints: OpenPoints },
  property: string,
): GraphError {
  const message = `Another object with the same value for property ${property} already exists.`;
  const detail = {
    code: 'ObjectConflict',
    ...(openPoints.conflictDetailsHaveMessages && { message }),
    target: property,
  };
  return new GraphError(400, ['Request_BadRequest', message], { details: [detail] });
}

export const invalidToken = (message: string): GraphError =>
  new GraphError(401, ['InvalidAuthenticationToken', message], {
    headers: { 'WWW-Authenticate': 'Bearer realm="", error="invalid_token"' },
  });

/** Retry-After is a number of seconds that may have a fraction (Graph docs: throttling). */
export function tooManyRequests(
  retryAfterSeconds: number | null,
  headers: Readonly<Record<string, string>>,
): GraphError {
  return new GraphError(429, ['TooManyRequests', 'Please retry again later.'], {
    innerError: { code: '429', message: 'Please retry after', status: '429' },
    headers: {
      ...headers,
      ...(retryAfterSeconds !== null && { 'Retry-After': retryAfterSeconds.toFixed(3) }),
    },
  });
}

export const unknownSegment = (segment: string): GraphError =>
  new GraphError(400, ['BadRequest', `Resource not found for the segment '${segment}'.`]);
