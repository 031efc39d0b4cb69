import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Sealed, Sealer, Secrets } from '../ports/platform.ts';
import { type KeyRingOptions, openKeyRing } from './key-ring.ts';

/** The secret that holds the data keys. */
const SECRET_NAME = 'sealing-key';

const ALGORITHM = 'aes-256-gcm';

/** The nonce's length that GCM is made for (NIST SP 800-38D section 8.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opens the sealer. Sealed bytes are nonce, tag and ciphertext, one after the other; the key's id
 * stands beside them, so that what an older key sealed still opens after a rotation. The keys are
 * read at the first use.
 * `open` throws AppError `unavailable` for a key that is not in the vault (yet); both throw what the
 * secrets throw.
 */
export function openSealer(secrets: Secrets, options: KeyRingOptions): Sealer {
  const keys = openKeyRing(secrets, SECRET_NAME, options);
  return {
    seal: async (plain, context) => {
      const { keyId, key } = await keys.current();
      return { keyId, bytes: encrypt(key, plain, context) };
    },
    open: async (sealed, context) => {
      const key = await keys.find(sealed.keyId);
      if (!key) throw new AppError('unavailable', 'the key of a seal is not in the vault');
      return decrypt(key, sealed, context);
    },
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
