import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import type { Call, Handle } from './middleware.ts';
import { readLimited } from './read-limited.ts';

/** Limits of one try. */
export interface TransportOptions {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Called once for every request that is sent. */
  readonly count: () => void;
  /** Called with what an answer says that it cost. */
  readonly countUnits: (units: number) => void;
  /** For the whole of one try, its body included. */
  readonly timeoutSeconds: number;
  /** After decompression. */
  readonly maxBodyBytes: number;
}

/** Statuses whose answers have no body (Fetch standard: null body status). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * The end of the chain: sends the request and reads the answer to its end, so that a body that
 * breaks off or hangs is a failure of this try. Redirects come back as they are.
 * @throws AppError `unavailable` (network, time limit), `bad-answer` (body too large)
 */
export function transport(options: TransportOptions): Handle {
  return async (call) => {
    const left = call.options.deadline - options.clock.now();
    const limit = Math.max(1, Math.min(options.timeoutSeconds * 1_000, left));
    options.count();
    try {
      const response = await options.fetch(call.options.url, {
        method: call.method,
        body: call.body,
        headers: headersOf(call),
        redirect: 'manual',
        signal: AbortSignal.timeout(limit),
      });
      const bytes = await readLimited(response, options.maxBodyBytes);
      const { status, headers } = response;
      const units = Number(headers.get('x-ms-resource-unit') ?? 0);
      if (units > 0 && Number.isFinite(units)) options.countUnits(units);
      return new Response(WITHOUT_BODY.has(status) ? null : bytes, { status, headers });
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('unavailable', `Graph gave no answer: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };
}

/** One id a try, so that each can be found on the other side (Graph docs: best practices). */
function headersOf(call: Call): Headers {
  const headers = new Headers(call.headers);
  headers.set('accept', 'application/json');
  headers.set('client-request-id', randomUUID());
  return headers;
}

/** A code of the network layer, or the kind of error; never an address or a header. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return error.name;
}
