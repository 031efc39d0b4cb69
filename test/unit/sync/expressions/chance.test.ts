import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../lib/sync/expressions/evaluate.ts';
import { parseExpression } from '../../../../lib/sync/expressions/expression.ts';

/** Chance that repeats itself: the numbers in turn. */
function chanceOf(numbers: readonly number[]): () => number {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}
const chance = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 })
  .map(chanceOf);
const drawn = (text: string, random: () => number): string => {
  const value = evaluate(parseExpression(text), {}, { now: 0, random });
  return typeof value === 'string' ? value : '';
};

describe('chance', () => {
  it('makes GUIDs of version 4', () => {
    const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(
      fc.property(chance, (random) => {
        expect(drawn('Guid()', random)).toMatch(version4);
      }),
    );
    expect(drawn('Guid()', () => 0.999_999)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  it('makes texts that keep to their minimums, and avoid what is to be avoided', () => {
    const count = fc.nat({ max: 20 });
    const counts = fc.tuple(count, count, count, count, count);
    fc.assert(
      fc.property(counts, chance, ([more, digits, special, upper, lower], random) => {
        const length = more + digits + special + upper + lower;
        const minimums = [digits, special, upper, lower].join(',');
        const text = drawn(`RandomString(${length},${minimums},"?,aA0")`, random);
        expect(text).toHaveLength(length);
        expect(text).not.toMatch(/[?,aA0]/);
        expect(text.replace(/[^0-9]/g, '').length).toBeGreaterThanOrEqual(digits);
        expect(text.replace(/[^A-Z]/g, '').length).toBeGreaterThanOrEqual(upper);
        expect(text.replace(/[^a-z]/g, '').length).toBeGreaterThanOrEqual(lower);
        expect(text.replace(/[A-Za-z0-9]/g, '').length).toBeGreaterThanOrEqual(special);
      }),
    );
  });

  it('lets every character come anywhere', () => {
    const firsts = new Set<string>();
    for (let draw = 0; draw < 300; draw += 1)
      firsts.add(drawn('RandomString(4,1,1,1,1)', Math.random).replace(/[0-9]/, '0').charAt(0));
    expect(firsts.size).toBeGreaterThan(20);
  });
});
