import { AppError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { CallOptions, Handle } from './middleware.ts';
import { retryAfterSeconds } from './retry-after.ts';

const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;

/** How to pause. */
export interface Pauses {
  readonly clock: Clock;
  /** @param milliseconds how long */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 to 1; spreads the pauses of many workers. */
  readonly random: () => number;
}

/**
 * Repeats what was throttled or failed in passing, as long as the other side asks or, where it does
 * not say, for exponentially growing pauses. It gives up after 4 tries, or at once when the pause
 * would reach past the call's deadline: a long wait is for the caller to plan.
 * @throws AppError `throttled` or `unavailable`, with `retryAfterSeconds` where known
 */
export function retrying({ clock, sleep, random }: Pauses): Handle {
  return async (call, next) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await attempt(next, clock);
      if (outcome instanceof Response) return outcome;
      const { failure, untouched } = outcome;
      const asked = failure.retryAfterSeconds;
      const pause = asked === undefined ? growingPause(tries, random) : asked * 1_000;
      const allowed = untouched || call.options.repeatable;
      if (!allowed || tries >= MAX_TRIES || endsLate(call.options, clock.now() + pause))
        throw failure;
      await sleep(pause);
    }
  };
}

/** A failure, and whether the other side surely did nothing. */
interface Failed {
  readonly failure: AppError;
  readonly untouched: boolean;
}

async function attempt(next: () => Promise<Response>, clock: Clock): Promise<Response | Failed> {
  try {
    const response = await next();
    return failedStatus(response, clock.now()) ?? response;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable')
      return { failure: error, untouched: false };
    throw error;
  }
}

/** 501 is an answer about the request, not about the moment (seen where a property is unsupported). */
function failedStatus(response: Response, now: number): Failed | undefined {
  const { status } = response;
  if (status !== 429 && (status < 500 || status === 501)) return undefined;
  const seconds = retryAfterSeconds(response.headers.get('retry-after'), now);
  const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
  if (status === 429)
    return { failure: new AppError('throttled', 'Graph is throttling', details), untouched: true };
  const failure = new AppError('unavailable', `Graph answered with status ${status}`, details);
  return { failure, untouched: status === 503 };
}

/** Half of it fixed, half of it random. */
function growingPause(tries: number, random: () => number): number {
  const full = FIRST_PAUSE_MS * 2 ** (tries - 1);
  return full / 2 + (full / 2) * random();
}

function endsLate(options: CallOptions, at: number): boolean {
  return at >= options.deadline;
}
