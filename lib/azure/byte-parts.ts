import type { Row } from './tables.ts';

/** A binary property holds 64 KiB (Azure docs: Table service data model); more is split over some. */
export const PART_BYTES = 60_000;

/** Bytes as properties of a row: `name0`, `name1` … */
export function inParts(name: string, bytes: Uint8Array): Record<string, Uint8Array> {
  const count = Math.ceil(bytes.length / PART_BYTES);
  const parts = Array.from({ length: count }, (_, part) => [
    `${name}${part}`,
    bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  ]);
  return Object.fromEntries(parts);
}

/** The bytes that {@link inParts} has split; none where there are no such properties. */
export function joinParts(row: Row, name: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let part = 0; ; part += 1) {
    const bytes = row[`${name}${part}`];
    if (!(bytes instanceof Uint8Array)) return Buffer.concat(parts);
    parts.push(bytes);
  }
}
