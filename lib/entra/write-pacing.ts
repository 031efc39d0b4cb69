import { AppError } from '../errors.ts';
import type { WritePriority } from '../ports/entra-writes.ts';
import { DEFAULT_WRITE_SHARE } from '../sync/connection.ts';
import { WriteQuota } from './write-quota.ts';

/** How fast a tenant is written to, by all that this process does there. */
export interface WritePacing {
  /**
   * Waits until so many writes may be sent. Those of low priority let all of high priority pass.
   * @throws AppError `throttled` where that would take more than a minute
   */
  take(writes: number, priority: WritePriority): Promise<void>;
  /**
   * The share of the quota that somebody allows; of all who do, the largest counts.
   * @param share above 0, 1 at most
   */
  allow(who: string, share: number): void;
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

/** Keeps one application's writes to one tenant within a share of what Graph allows. */
export function openWritePacing({ now, sleep }: WritePacingOptions): WritePacing {
  const quota = new WriteQuota(DEFAULT_WRITE_SHARE, now());
  const shares = new Map<string, number>();
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
    allow: (who, share) => {
      shares.set(who, share);
      quota.resize(Math.max(...shares.values()), now());
    },
    heed: ({ used, retryAfterSeconds }) => {
      const isRefused = retryAfterSeconds !== undefined;
      if (used !== undefined || isRefused) quota.heed({ used: used ?? 0, isRefused }, now());
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
