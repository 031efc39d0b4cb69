import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { GroupSets, StoredSets } from '../ports/nesting.ts';

type Packable = Pick<StoredSets, 'sets' | 'untold'>;

/**
 * What stands before the ids: how many of them are GUIDs, of 16 bytes each; those that are not; and
 * how many ids each set has. Names of sets may hold any character, which JSON keeps.
 */
const headerSchema = z.object({
  guids: z.number(),
  texts: z.array(z.string()),
  sets: z.array(z.tuple([z.string(), z.number()])),
});

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const GUID_BYTES = 16;
const NUMBER_BYTES = 4;

/** How many different ids there are: each is packed once, wherever else it stands. */
export function countIds({ sets, untold }: Packable): number {
  return new Set([...Object.values(sets).flat(), ...untold]).size;
}

/**
 * Packs sets of ids:
 *
 *     length of the header | header | GUIDs | places of the ids of each set | of those untold
 */
export function packSets({ sets, untold }: Packable): Uint8Array {
  const lists = [...Object.values(sets), untold];
  const ids = [...new Set(lists.flat())];
  const guids = ids.filter((id) => GUID.test(id));
  const texts = ids.filter((id) => !GUID.test(id));
  const placeOf = new Map([...guids, ...texts].map((id, place) => [id, place]));
  const places = lists.flat().map((id) => placeOf.get(id) ?? 0);
  const counts = Object.entries(sets).map(([name, own]) => [name, own.length]);
  const header = Buffer.from(JSON.stringify({ guids: guids.length, texts, sets: counts }));
  return Buffer.concat([
    numbers([header.length]),
    header,
    Buffer.from(guids.join('').replaceAll('-', ''), 'hex'),
    numbers(places),
  ]);
}

/** @throws AppError `bad-answer` where the bytes are none that were packed here */
export function unpackSets(bytes: Uint8Array): Packable {
  try {
    return unpack(Buffer.from(bytes));
  } catch (cause) {
    throw new AppError('bad-answer', 'the sets of groups do not have their shape', { cause });
  }
}

function unpack(bytes: Buffer): Packable {
  const start = NUMBER_BYTES + bytes.readUInt32LE(0);
  const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', NUMBER_BYTES, start)));
  const end = start + header.guids * GUID_BYTES;
  const ids = [...guidsIn(bytes.subarray(start, end)), ...header.texts];
  let at = end;
  const next = (): string => {
    const id = ids[bytes.readUInt32LE(at)];
    if (id === undefined) throw new Error('there is no such place');
    at += NUMBER_BYTES;
    return id;
  };
  const take = (count: number) => Array.from({ length: count }, next);
  const sets: GroupSets = Object.fromEntries(header.sets.map(([name, n]) => [name, take(n)]));
  return { sets, untold: take((bytes.length - at) / NUMBER_BYTES) };
}

/** Where the hyphens of a GUID stand between its digits (RFC 9562 section 4). */
const GUID_PARTS = [0, 8, 12, 16, 20, 32];

function guidsIn(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  return Array.from({ length: bytes.length / GUID_BYTES }, (_, place) => {
    const digits = hex.slice(2 * place * GUID_BYTES, 2 * (place + 1) * GUID_BYTES);
    return GUID_PARTS.slice(1)
      .map((end, part) => digits.slice(GUID_PARTS[part], end))
      .join('-');
  });
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * NUMBER_BYTES);
  for (const [place, value] of values.entries()) bytes.writeUInt32LE(value, place * NUMBER_BYTES);
  return bytes;
}
