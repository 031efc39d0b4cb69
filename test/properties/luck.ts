import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** How many numbers were drawn since the history began. */
let drawn = 0;

/**
 * From here on ids are drawn the same in every history, so that what a seed has found is found again.
 * @returns what gives ids back to chance; `beforeAll` calls it at the end
 */
export function sameLuck(): () => void {
  const { randomBytes, randomInt, randomUUID } = crypto;
  Object.assign(crypto, {
    randomBytes: (size: number) => bytes(size),
    randomInt: (below: number) => bytes(4).readUInt32BE() % below,
    randomUUID: () => uuidOf(bytes(16).toString('hex')),
  });
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, { randomBytes, randomInt, randomUUID });
    syncBuiltinESMExports();
  };
}

/** A history begins. */
export function luckBegins(): void {
  drawn = 0;
}

function bytes(size: number): Buffer {
  drawn += 1;
  return crypto.createHash('sha512').update(String(drawn)).digest().subarray(0, size);
}

/** Version 4 of RFC 9562 section 5.4. */
function uuidOf(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
