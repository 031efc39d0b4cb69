import { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import type { CallOptions, Handle } from './middleware.ts';
import { passingFailure } from './passing-failure.ts';
import { MAX_TRIES, type Pauses, pauseAfter } from './pauses.ts';

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
      const { failure } = outcome;
      const pause = pauseAfter(failure, tries, random);
      const allowed = isHarmless(call.options, outcome);
      if (!allowed || tries >= MAX_TRIES || endsLate(call.options, clock.now() + pause))
        throw failure;
      await sleep(pause);
    }
  };
}

/** A failure, and the status that it came with. */
interface Failed {
  readonly failure: AppError;
  readonly status?: number;
}

/** With 429 the other side did nothing; with 503, as good as surely. */
function isHarmless({ repeatable, once }: CallOptions, { status }: Failed): boolean {
  return repeatable || status === 429 || (status === 503 && !once);
}

async function attempt(next: () => Promise<Response>, clock: Clock): Promise<Response | Failed> {
  try {
    const response = await next();
    const { status, headers } = response;
    const failure = passingFailure(status, headers.get('retry-after'), clock.now());
    return failure ? { failure, status } : response;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return { failure: error };
    throw error;
  }
}

function endsLate(options: CallOptions, at: number): boolean {
  return at >= options.deadline;
}
