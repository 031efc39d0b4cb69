import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Secrets } from '../ports/platform.ts';

/** A key and its name. */
export interface NamedKey {
  readonly keyId: string;
  readonly key: KeyObject;
}

/** Keys that are kept in one secret: `current` is used, every one of them is still good. */
export interface StoredKeys {
  readonly current: NamedKey;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** AES-256, and HMAC with SHA-256. */
const KEY_BYTES = 32;

/** `{ "current": keyId, "keys": { keyId: base64 } }` */
const secretSchema = z.object({
  current: z.string().min(1),
  keys: z.record(z.string(), z.base64()),
});

/** Where keys stand in the vault. */
export interface KeysPlace {
  readonly secretName: string;
  /** Resolves when every write that was under way has reached the vault. */
  readonly settle: () => Promise<void>;
}

/**
 * Reads the keys, and makes the first one where there is none. A vault has no "write if absent", so
 * the maker waits for others that found none either, and then uses what stands there: the last
 * writer's key, for all of them.
 * @throws AppError `bad-configuration` when the secret is not what was written here.
 */
export async function loadKeys(
  secrets: Secrets,
  { secretName, settle }: KeysPlace,
): Promise<StoredKeys> {
  const stored = await secrets.get(secretName);
  if (stored !== undefined) return parse(stored, secretName);
  const keyId = randomUUID();
  const key = randomBytes(KEY_BYTES).toString('base64');
  await secrets.set(secretName, JSON.stringify({ current: keyId, keys: { [keyId]: key } }));
  await settle();
  return parse((await secrets.get(secretName)) ?? '', secretName);
}

function parse(stored: string, secretName: string): StoredKeys {
  const { current: keyId, keys } = checked(stored, secretName);
  const bytes = Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')] as const);
  if (bytes.some(([, key]) => key.length !== KEY_BYTES)) throw malformed(secretName);
  const known = new Map(bytes.map(([id, key]) => [id, createSecretKey(key)]));
  const key = known.get(keyId);
  if (!key) throw malformed(secretName);
  return { current: { keyId, key }, keys: known };
}

function checked(stored: string, secretName: string): z.infer<typeof secretSchema> {
  try {
    return secretSchema.parse(JSON.parse(stored));
  } catch {
    // The cause would quote the secret.
    throw malformed(secretName);
  }
}

function malformed(secretName: string): AppError {
  return new AppError('bad-configuration', `the secret ${secretName} does not hold keys`);
}
