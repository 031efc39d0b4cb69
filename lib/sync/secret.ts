import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * As many bytes as SHA-256 has: nobody guesses one, so that a plain hash of it is enough to keep and
 * nothing slower is needed (OWASP: high-entropy secrets are no passwords).
 */
const SECRET_BYTES = 32;
const ID_BYTES = 11;

/** The hash of no secret that is known. */
export const NO_HASH = 'A'.repeat(43);

/** A secret of letters, digits, hyphens and underscores. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** A name for a secret or its owner, which may be shown. */
export function newSecretId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** What is kept of a secret. */
export function hashOf(secret: string): string {
  return digest(secret).toString('base64url');
}

/** Whether a secret is the one of a hash; takes the same time either way. */
export function isSecretOf(hash: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hash, 'base64url'), digest(secret));
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
