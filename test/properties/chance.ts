/** Every choice that is left to chance comes from here, and so from the property's seed. */
export interface Chance {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  /** True once in so many times. */
  onceIn(times: number): boolean;
}

/** @param numbers large natural numbers, without an end */
export function openChance(numbers: Iterator<number>): Chance {
  const below = (limit: number) => {
    const { value, done } = numbers.next();
    if (done) throw new Error('chance has run out of numbers');
    return value % limit;
  };
  return { below, onceIn: (times) => below(times) === 0 };
}

/** No chance at all: every choice is the same one. */
export function* ones(): Generator<number> {
  for (;;) yield 1;
}
