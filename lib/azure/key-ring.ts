import type { KeyObject } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Secrets } from '../ports/platform.ts';
import { loadKeys, type NamedKey, type StoredKeys } from './stored-keys.ts';

/** How keys see time. */
export interface KeyRingOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits until other processes' first keys have reached the vault; a second by default. */
  readonly settle?: () => Promise<void>;
}

/** Keys that rotate; both throw what the secrets throw. */
export interface KeyRing {
  /** The key that is used now. */
  current(): Promise<NamedKey>;
  /** One that is still good; undefined where it is not in the vault (yet). */
  find(keyId: string): Promise<KeyObject | undefined>;
}

/** A rotated key is in use everywhere after this long. */
const RELOAD_MS = 5 * 60_000;

/** A key that is not known yet makes the keys be read again, no more often than this. */
const RELOAD_UNKNOWN_MS = 1_000;

/** Opens the keys that one secret holds. They are read at the first use. */
export function openKeyRing(
  secrets: Secrets,
  secretName: string,
  { now, settle = () => wait(1_000) }: KeyRingOptions,
): KeyRing {
  let loading: Promise<StoredKeys> | undefined;
  let loadedAt = 0;

  function keysSince(oldest: number): Promise<StoredKeys> {
    if (loading && loadedAt >= oldest) return loading;
    loadedAt = now();
    const before = loading;
    const fresh = loadKeys(secrets, { secretName, settle }).catch((error: unknown) => {
      // Keys that are known go on being used while the vault is out of reach.
      if (before) return before;
      loading = undefined;
      throw error;
    });
    loading = fresh;
    return fresh;
  }

  async function find(keyId: string): Promise<KeyObject | undefined> {
    const known = await keysSince(now() - RELOAD_MS);
    return known.keys.get(keyId) ?? (await keysSince(now() - RELOAD_UNKNOWN_MS)).keys.get(keyId);
  }

  return {
    current: async () => (await keysSince(now() - RELOAD_MS)).current,
    find,
  };
}
