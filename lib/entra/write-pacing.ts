import { AppError } from '../errors.ts';
import type { WritePriority } from '../ports/entra-writes.ts';
import { WriteQuota } from './write-quota.ts';

/** How fast a tenant is written to, by all that this process does there. */
export interface WritePacing {
  /**
   * Waits until so many writes may be sent. Those of low priority let all of high priority pass.
   * @throws AppError `throttled` where that would take more than a minute
   */
  take(writes: number, priority: WritePriority): Promise<void>;
  /** Takes notice of an answer. */
  heed(answer: WriteAnswerLoad): void;
}

/** What answers to writes say of the load. */
export interface WriteAnswerLoad {
  /** Of `x-ms-throttle-limit-percentage`: 1 = all of a limit; 0 where it was not said. */
  readonly used?: number;
  /** Of a 429. */
  readonly retryAfterSeconds?: number;
}

/** What pacing takes. */
export interface WritePacingOptions {
  /** Of the tenant's write quota for one application; default 0.5. Processes add up. */
  readonly share?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const LONGEST_WAIT_MS = 60_000;

/** Somebody who waits to write. */
interface Turn {
  readonly over: Promise<void>;
  readonly end: () => void;
}

/**
 * Keeps one application's writes to one tenant within a share of what Graph allows.
 * @throws AppError `bad-configuration` where the share is not above 0 and 1 at most
 */
export function openWritePacing({ share = 0.5, now, sleep }: WritePacingOptions): WritePacing {
  if (!(share > 0 && share <= 1))
    throw new AppError('bad-configuration', 'the share of the write quota is above 0, 1 at most');
  const quota = new WriteQuota(share, now());
  const lines: Readonly<Record<WritePriority, Turn[]>> = { high: [], low: [] };
  const ahead = () => lines.high[0] ?? lines.low[0];
  return {
    take: async (writes, priority) => {
      const latest = now() + LONGEST_WAIT_MS;
      const turn = newTurn();
      lines[priority].push(turn);
      try {
        for (;;) {
          const first = ahead();
          const wait = first === turn ? quota.waitMs(writes, now()) : 0;
          if (first === turn && wait <= 0) break;
          if (now() + wait > latest) throw tooSlow(wait);
          await (first === turn ? sleep(wait) : first?.over);
        }
        quota.draw(writes);
      } finally {
        lines[priority].splice(lines[priority].indexOf(turn), 1);
        turn.end();
      }
    },
    heed: ({ used, retryAfterSeconds }) => {
      if (used !== undefined) quota.heed(used, now());
      if (retryAfterSeconds !== undefined) quota.stop(retryAfterSeconds * 1_000, now());
    },
  };
}

function newTurn(): Turn {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { over: promise, end: resolve };
}

function tooSlow(waitMs: number): AppError {
  return new AppError('throttled', 'writes to the tenant wait for their quota', {
    retryAfterSeconds: Math.max(1, waitMs / 1_000),
  });
}
