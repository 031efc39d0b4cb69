import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedMap } from '../../../local/table-store/ordered-map.ts';

type Step = readonly [kind: 'set' | 'delete' | 'get' | 'read', key: string];

/** Few enough keys to meet each other, enough of them for many blocks. */
const key = fc.oneof(
  fc.integer({ min: 0, max: 1_500 }).map((n) => `k${n}`),
  fc.string({ unit: 'grapheme', maxLength: 2 }),
);
const kind = fc.oneof(
  { weight: 80, arbitrary: fc.constant('set' as const) },
  { weight: 8, arbitrary: fc.constantFrom('delete' as const, 'get' as const) },
  { weight: 1, arbitrary: fc.constant('read' as const) },
);
const steps = fc.array(fc.tuple(kind, key), { minLength: 1_500, maxLength: 3_000, size: 'max' });

/** The default sort compares by code unit, as Table Storage does. */
function sortedFrom(model: ReadonlyMap<string, number>, start: string): readonly string[] {
  return [...model.keys()].filter((each) => each >= start).sort();
}

function compare(map: OrderedMap<number>, model: Map<string, number>, step: Step, value: number) {
  const [what, at] = step;
  const before = model.get(at);
  if (what === 'get') expect(map.get(at)).toBe(before);
  if (what === 'read') {
    const some: string[] = [];
    for (const [each, kept] of map.entriesFrom(at)) {
      expect(kept).toBe(model.get(each));
      if (some.push(each) === 5) break;
    }
    expect(some).toEqual(sortedFrom(model, at).slice(0, 5));
  }
  if (what === 'set') {
    expect(map.set(at, value)).toBe(before);
    model.set(at, value);
  }
  if (what === 'delete') {
    expect(map.delete(at)).toBe(before);
    model.delete(at);
  }
}

describe('an ordered map', () => {
  it('is a map with sorted keys', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const map = new OrderedMap<number>();
        const model = new Map<string, number>();
        for (const [value, step] of all.entries()) compare(map, model, step, value);
        expect(map.size).toBe(model.size);
        expect([...map.entriesFrom('')].map(([each]) => each)).toEqual(sortedFrom(model, ''));
      }),
      { numRuns: 8 },
    );
  });

  it('keeps keys that come in order, and can be emptied', () => {
    const map = new OrderedMap<number>();
    const keys = Array.from({ length: 2_000 }, (_, n) => String(n).padStart(4, '0'));
    for (const [n, each] of keys.entries()) map.set(each, n);
    expect([...map.entriesFrom('1990')]).toHaveLength(10);
    expect(keys.map((each) => map.get(each))).toEqual(keys.map((_, n) => n));
    for (const each of keys) map.delete(each);
    expect([...map.entriesFrom('')]).toEqual([]);
    expect(map.get('0001')).toBeUndefined();
  });
});
