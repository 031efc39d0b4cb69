import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Secrets } from '../ports/platform.ts';

/** The data keys: `current` seals, every one of them opens. */
export interface SealingKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** The secret that holds the keys: `{ "current": keyId, "keys": { keyId: base64 } }`. */
const SECRET_NAME = 'sealing-key';

/** AES-256. */
const KEY_BYTES = 32;

const secretSchema = z
  .object({ current: z.string().min(1), keys: z.record(z.string(), z.base64()) })
  .refine(({ current, keys }) => current in keys);

/**
 * Reads the keys, and makes the first one where there is none. A vault has no "write if absent", so
 * the maker waits for others that found none either, and then uses what stands there: the last
 * writer's key, for all of them.
 * @param settle resolves when every write that was under way has reached the vault.
 * @throws AppError `bad-configuration` when the secret is not what was written here.
 */
export async function loadSealingKeys(
  secrets: Secrets,
  settle: () => Promise<void>,
): Promise<SealingKeys> {
  const stored = await secrets.get(SECRET_NAME);
  if (stored !== undefined) return parse(stored);
  const keyId = randomUUID();
  const key = randomBytes(KEY_BYTES).toString('base64');
  await secrets.set(SECRET_NAME, JSON.stringify({ current: keyId, keys: { [keyId]: key } }));
  await settle();
  return parse(await secrets.get(SECRET_NAME));
}

function parse(stored: string | undefined): SealingKeys {
  const { current, keys } = checked(stored);
  const bytes = Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')] as const);
  if (bytes.some(([, key]) => key.length !== KEY_BYTES)) throw malformed();
  return { current, keys: new Map(bytes.map(([id, key]) => [id, createSecretKey(key)])) };
}

function checked(stored: string | undefined): z.infer<typeof secretSchema> {
  try {
    return secretSchema.parse(JSON.parse(stored ?? ''));
  } catch {
    // The cause would quote the secret.
    throw malformed();
  }
}

function malformed(): AppError {
  return new AppError('bad-configuration', `the secret ${SECRET_NAME} does not hold sealing keys`);
}
