import type { FaultOf } from '../faults.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import { GraphError, tooManyRequests } from './graph-error.ts';
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
  return undefined;
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

function unavailable(
  status: keyof typeof UNAVAILABLE,
  retryAfterSeconds: number | null | undefined,
): GraphError {
  return new GraphError(status, UNAVAILABLE[status], {
    ...(typeof retryAfterSeconds === 'number' && {
      headers: { 'Retry-After': String(retryAfterSeconds) },
    }),
  });
}
