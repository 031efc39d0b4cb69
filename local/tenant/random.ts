/** A stream of repeatable random numbers: the same seed always gives the same tenant. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number;
  /** One of the entries, all equally likely. Throws on an empty list. */
  pick<T>(entries: readonly T[]): T;
  /** Whether something with this probability (0 to 1) happens. */
  chance(probability: number): boolean;
  /** A GUID of version 4, as Entra ID gives to its objects. */
  guid(): string;
}

const TWO_TO_32 = 4294967296;

/** Four words of state: small and fast, with a period far beyond what a tenant draws (sfc32). */
function wordStream(seed: number): () => number {
  let a = seed | 0;
  let b = 0x9e3779b9 ^ seed;
  let c = 0x243f6a88;
  let counter = 1;
  const word = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) word();
  return word;
}

const HALVES = Array.from({ length: 65_536 }, (_, half) => half.toString(16).padStart(4, '0'));

const hex = (word: number): string => `${HALVES[word >>> 16] ?? ''}${HALVES[word & 0xffff] ?? ''}`;

function guidFrom(word: () => number): string {
  const first = hex(word());
  const second = hex(word());
  const third = hex(((word() & 0x3fffffff) | 0x80000000) >>> 0);
  const last = hex(word());
  // The version nibble is 4 and the variant bits are 10 (RFC 9562, section 5.4).
  return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-${third.slice(0, 4)}-${third.slice(4)}${last}`;
}

/** A random stream that starts from `seed`. */
export function randomFrom(seed: number): Random {
  const word = wordStream(seed);
  const next = () => word() / TWO_TO_32;
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    guid: () => guidFrom(word),
    pick: (entries) => {
      const entry = entries[below(entries.length)];
      if (entry === undefined) throw new RangeError('nothing to pick from');
      return entry;
    },
  };
}
