const SID = /^S-1-\d{1,15}(?:-\d{1,10}){1,15}$/;
const BASE64 = /^[A-Za-z0-9+/]{4,100}={0,2}$/;
const REVISION = 1;
const HEAD = 8;

/** A security identifier from the base64 of its bytes; one in text stays. undefined where it is none. */
export function sidOfText(text: string): string | undefined {
  if (SID.test(text)) return text;
  return BASE64.test(text) ? sidOfBytes(Buffer.from(text, 'base64')) : undefined;
}

/**
 * A security identifier in text: revision, count, the authority in 6 bytes with the highest first,
 * then the sub-authorities in 4 bytes each with the lowest first ([MS-DTYP] section 2.4.2.2).
 */
export function sidOfBytes(bytes: Uint8Array): string | undefined {
  const view = Buffer.from(bytes);
  const count = view[1] ?? 0;
  const isWhole = count >= 1 && count <= 15 && view.length === HEAD + 4 * count;
  if (!isWhole || view[0] !== REVISION) return undefined;
  const parts = Array.from({ length: count }, (_, index) => view.readUInt32LE(HEAD + 4 * index));
  return ['S', REVISION, view.readUIntBE(2, 6), ...parts].join('-');
}
