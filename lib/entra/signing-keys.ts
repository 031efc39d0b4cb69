import type { KeyObject } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import { fetchKeys, type KeySource, type KeysById } from './fetch-keys.ts';

/** The keys that an issuer signs its tokens with. */
export interface SigningKeys {
  /**
   * @returns undefined where the issuer has no such key
   * @throws AppError `unavailable`, with seconds, while nobody can tell
   */
  find(keyId: string): Promise<KeyObject | undefined>;
}

/** They are read again this often, so that a key that was withdrawn opens nothing any more. */
const FRESH_MS = 60 * 60_000;
/** For as long as they cannot be read, the last ones are in use; Entra announces new keys by days. */
const KEPT_MS = 24 * 60 * 60_000;
/** A key that is not known makes them be read again, no more often than this, whoever forges ids. */
const UNKNOWN_PAUSE_MS = 30_000;
/** After a failure nobody asks for this long. */
const FAILURE_PAUSE_MS = 5_000;

/** Opens an issuer's keys. They are read at the first use, once for all who wait. */
export function openSigningKeys(options: KeySource & { readonly clock: Clock }): SigningKeys {
  const now = () => options.clock.now();
  let keys: KeysById = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let failure: { readonly why: string; readonly until: number } | undefined;
  let unknownUntil = Number.NEGATIVE_INFINITY;

  async function readOnce(): Promise<void> {
    try {
      keys = await fetchKeys(options);
      readAt = now();
      failure = undefined;
    } catch (error) {
      const why = error instanceof AppError ? error.message : 'the signing keys cannot be read';
      failure = { why, until: now() + FAILURE_PAUSE_MS };
    } finally {
      reading = undefined;
    }
  }

  /** @throws AppError `unavailable` */
  async function readAgain(): Promise<void> {
    if (!failure || failure.until <= now()) {
      reading ??= readOnce();
      await reading;
    }
    if (!failure) return;
    const retryAfterSeconds = Math.max(1, (failure.until - now()) / 1_000);
    throw new AppError('unavailable', failure.why, { retryAfterSeconds });
  }

  async function refresh(): Promise<void> {
    try {
      await readAgain();
    } catch (error) {
      if (now() - readAt >= KEPT_MS) throw error;
    }
  }

  return {
    find: async (keyId) => {
      const askedAt = now();
      if (askedAt - readAt >= FRESH_MS) await refresh();
      const known = keys.get(keyId);
      if (known || readAt >= askedAt) return known;
      // While keys cannot be read, whether there is such a key cannot be told.
      if (!reading && !failure) {
        if (now() < unknownUntil) return undefined;
        unknownUntil = now() + UNKNOWN_PAUSE_MS;
      }
      await readAgain();
      return keys.get(keyId);
    },
  };
}
