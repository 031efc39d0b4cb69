import type { FaultOf } from '../faults.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import { type ErrorExtras, GraphError, tooManyRequests } from './graph-error.ts';
import { isRead, isWrite } from './request-kind.ts';
import type { TenantWorld } from './tenant-world.ts';

const UNAVAILABLE = {
  500: ['Service_InternalServerError', 'An unexpected error occurred.'],
  502: ['BadGateway', 'The gateway got no valid answer.'],
  503: ['serviceNotAvailable', 'The service is unavailable.'],
  504: ['GatewayTimeout', 'The gateway got no answer in time.'],
} as const;

/** The faults that keep a request from its operation. Throws GraphError, or answers nothing. */
export function frontFault(world: TenantWorld, call: GraphCall): GraphAnswer | undefined {
  const hang = world.faults.take('timeout', call);
  if (hang !== undefined) return hanging(call, hang.seconds ?? 300);
  const throttle = world.faults.take('throttle', call);
  if (throttle !== undefined) throw throttled(world, call, throttle);
  const outage = world.faults.take('unavailable', call);
  if (outage !== undefined) throw unavailable(outage.status ?? 503, outage.retryAfterSeconds);
  const clash = world.faults.take('concurrency', call, () => isWrite(call));
  if (clash !== undefined) throw concurrencyViolation(clash.retryAfterSeconds);
  return undefined;
}

/**
 * The answer to a request that was carried out, where it is to get lost: the connection is cut, or
 * in a batch it is the gateway that gives up. Throws GraphError.
 */
export function lostAnswer(world: TenantWorld, call: GraphCall): GraphAnswer | undefined {
  const lost = world.faults.take('lostAnswer', call, () => !isRead(call));
  return lost && hanging(call, lost.seconds ?? 0);
}

/** In a batch it is the gateway that gives up, because the batch itself has an answer. */
function hanging(call: GraphCall, hangSeconds: number): GraphAnswer {
  if (call.isBatched === true) throw unavailable(504, null);
  return { status: 504, hangSeconds };
}

function throttled(world: TenantWorld, call: GraphCall, fault: FaultOf<'throttle'>): GraphError {
  const { retryAfterSeconds = 2.128 } = fault;
  return tooManyRequests(retryAfterSeconds, {
    'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${call.caller.appId}/${world.tenantId}`,
    'x-ms-throttle-information': 'CPULimitExceeded',
  });
}

type RetryAfter = number | null | undefined;

function unavailable(status: keyof typeof UNAVAILABLE, retryAfter: RetryAfter): GraphError {
  return new GraphError(status, UNAVAILABLE[status], retryHeader(retryAfter));
}

/** Parallel writes to one object; clients are to pause and try again. */
function concurrencyViolation(retryAfter: RetryAfter): GraphError {
  const message = 'Unable to complete due to concurrent operations on the same object.';
  return new GraphError(409, ['Directory_ConcurrencyViolation', message], retryHeader(retryAfter));
}

function retryHeader(seconds: RetryAfter): ErrorExtras {
  return typeof seconds === 'number' ? { headers: { 'Retry-After': String(seconds) } } : {};
}
