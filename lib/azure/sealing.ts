import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Sealed, Sealer, Secrets } from '../ports/platform.ts';
import { loadSealingKeys, type SealingKeys } from './sealing-keys.ts';

/** How the sealer sees time. */
export interface SealerOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits until other processes' first keys have reached the vault; a second by default. */
  readonly settle?: () => Promise<void>;
}

const ALGORITHM = 'aes-256-gcm';

/** The nonce's length that GCM is made for (NIST SP 800-38D section 8.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A rotated key is in use everywhere after this long. */
const RELOAD_MS = 5 * 60_000;

/** A seal under a key that is not known yet makes the keys be read again, no more often than this. */
const RELOAD_UNKNOWN_MS = 1_000;

/**
 * Opens the sealer. Sealed bytes are nonce, tag and ciphertext, one after the other; the key's id
 * stands beside them, so that what an older key sealed still opens after a rotation. The keys are
 * read at the first use.
 * `open` throws AppError `unavailable` for a key that is not in the vault (yet); both throw what the
 * secrets throw.
 */
export function openSealer(secrets: Secrets, options: SealerOptions): Sealer {
  const { now, settle = () => wait(1_000) } = options;
  let loading: Promise<SealingKeys> | undefined;
  let loadedAt = 0;

  function keysSince(oldest: number): Promise<SealingKeys> {
    if (loading && loadedAt >= oldest) return loading;
    loadedAt = now();
    const before = loading;
    const fresh = loadSealingKeys(secrets, settle).catch((error: unknown) => {
      // Keys that are known still open and seal while the vault is out of reach.
      if (before) return before;
      loading = undefined;
      throw error;
    });
    loading = fresh;
    return fresh;
  }

  async function keyFor(keyId: string): Promise<KeyObject> {
    const known = await keysSince(now() - RELOAD_MS);
    const key =
      known.keys.get(keyId) ?? (await keysSince(now() - RELOAD_UNKNOWN_MS)).keys.get(keyId);
    if (!key) throw new AppError('unavailable', 'the key of a seal is not in the vault');
    return key;
  }

  return {
    seal: async (plain, context) => {
      const { current } = await keysSince(now() - RELOAD_MS);
      return { keyId: current, bytes: encrypt(await keyFor(current), plain, context) };
    },
    open: async (sealed, context) => decrypt(await keyFor(sealed.keyId), sealed, context),
  };
}

function encrypt(key: KeyObject, plain: string, context: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const text = [cipher.update(plain, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...text]);
}

function decrypt(key: KeyObject, { bytes }: Sealed, context: string): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(tag);
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new AppError('bad-answer', 'a seal is broken or belongs elsewhere', { cause });
  }
}
