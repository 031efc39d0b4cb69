import { AppError, type ErrorCode } from '../../errors.ts';
import type { Json } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** How long a client waits where the storage does not say. */
const PAUSE_SECONDS = 5;

/** An error as a SCIM message, with the status it is sent under. */
export interface ScimProblem {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What a client is told of an error (RFC 7644 section 3.12). Only what is known to be missing is
 * 404: whatever else goes wrong is no reason to take an entry for deleted.
 */
export function scimProblem(error: unknown): ScimProblem {
  if (error instanceof ScimError) return problem(error.status, error.scimType, error.message);
  if (!(error instanceof AppError)) return problem(500, undefined, 'something went wrong');
  const { code, message, retryAfterSeconds = PAUSE_SECONDS } = error;
  const status = STATUS[code] ?? 500;
  const told = problem(status, code === 'bad-request' ? 'invalidSyntax' : undefined, message);
  if (status === 401) return { ...told, headers: { 'www-authenticate': 'Bearer realm="scim"' } };
  if (status === 503)
    return { ...told, headers: { 'retry-after': String(Math.ceil(retryAfterSeconds)) } };
  return told;
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'bad-request': 400,
  unauthorized: 401,
  'access-denied': 403,
  conflict: 409,
  'payload-too-large': 413,
  throttled: 503,
  unavailable: 503,
  deadline: 503,
  'state-changed': 503,
};

function problem(status: number, scimType: string | undefined, detail: string): ScimProblem {
  const body = {
    schemas: [ERROR_SCHEMA],
    ...(scimType !== undefined && { scimType }),
    detail,
    status: String(status),
  };
  return { status, body, headers: {} };
}
