import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween, closure, holdersThrough } from '../../../../lib/sync/rules/closure.ts';

type Children = Readonly<Record<string, readonly string[]>>;

const graph = (children: Children) => new Map(Object.entries(children));
const set = (text: string) => new Set(text.split(' ').filter((name) => name !== ''));

const CYCLE: Children = { a: ['b'], b: ['c'], c: ['a', 'd'] };

describe('closure', () => {
  it.each([
    ['no roots', '', CYCLE, '', ''],
    ['a root that holds nothing', 'x', CYCLE, '', 'x'],
    ['what is nested', 'a', { a: ['b', 'c'], c: ['d'], e: ['f'] }, '', 'a b c d'],
    ['a group that holds itself', 'a', { a: ['a', 'b'] }, '', 'a b'],
    ['a cycle', 'b', CYCLE, '', 'a b c d'],
    ['two ways to a group', 'a b', { a: ['c'], b: ['c'] }, '', 'a b c'],
    ['a root twice', 'a a', { a: ['b'] }, '', 'a b'],
    ['a root that is gone', 'a x', CYCLE, 'a', 'x'],
    ['a group that is gone passes nothing on', 'a', CYCLE, 'b', 'a'],
    ['another way round it', 'a', { a: ['b', 'c'], b: ['d'], c: ['d'] }, 'b', 'a c d'],
    [
      'names from every object',
      '__proto__',
      { ['__proto__']: ['constructor'] },
      '',
      '__proto__ constructor',
    ],
    ['emoji and right-to-left text', '🚀', { '🚀': ['مجموعة'] }, '', '🚀 مجموعة'],
  ])('%s', (_, roots, children, gone, expected) => {
    expect(closure(roots.split(' ').filter(Boolean), graph(children), set(gone))).toEqual(
      set(expected),
    );
  });

  it('goes down a chain of 10,000', () => {
    expect(closure(['0'], chain(10_000), new Set()).size).toBe(10_000);
  });

  it('looks at each group once, however many ways lead there', () => {
    const nested = new CountingMap(dense(1_000));
    expect(closure(['0'], nested, new Set()).size).toBe(1_000);
    expect(nested.looks).toBe(1_000);
  });

  it('finds what a naive search finds', () => {
    fc.assert(
      fc.property(randomGraph, randomGroups, randomGroups, (nested, roots, gone) => {
        expect(closure(roots, nested, new Set(gone))).toEqual(
          naiveClosure(roots, nested, new Set(gone)),
        );
      }),
    );
  });
});

describe('changesBetween', () => {
  it.each([
    ['nothing', '', '', [], []],
    ['the same in another order', 'a b', 'b a', [], []],
    ['some of both', 'a b c', 'b d e', ['d', 'e'], ['a', 'c']],
    ['all new', '', 'a __proto__', ['a', '__proto__'], []],
    ['all gone', 'a 🚀', '', [], ['a', '🚀']],
  ])('%s', (_, before, after, entered, left) => {
    expect(changesBetween(set(before), set(after))).toEqual({ entered, left });
  });
});

describe('holdersThrough', () => {
  // Imported groups are written in capitals.
  const isImported = (group: string) => group !== group.toLowerCase();

  it.each<[string, Children, string, Readonly<Record<string, string>>]>([
    ['nothing nested', {}, '', {}],
    ['imported ones alone', { A: ['B'], B: ['C'] }, '', {}],
    ['none imported', { a: ['b'] }, '', {}],
    ['one below', { A: ['b'] }, '', { b: 'A' }],
    ['through several', { A: ['b'], b: ['c'], c: ['d'] }, '', { b: 'A', c: 'A', d: 'A' }],
    ['only the nearest', { A: ['b'], b: ['C'], C: ['d'] }, '', { b: 'A', d: 'C' }],
    ['the nearest on each way', { A: ['b', 'C'], C: ['d'], b: ['d'] }, '', { b: 'A', d: 'A C' }],
    ['a group that nobody holds', { a: ['b'], C: ['b'] }, '', { b: 'C' }],
    ['a cycle', { A: ['b'], b: ['c'], c: ['b', 'A'] }, '', { b: 'A', c: 'A' }],
    ['a group that holds itself', { A: ['A', 'b'], b: ['b'] }, '', { b: 'A' }],
    ['a holder that is gone', { A: ['b'], C: ['b'] }, 'A', { b: 'C' }],
    ['a passage that is gone', { A: ['b'], b: ['c'] }, 'b', {}],
    ['another way round it', { A: ['b', 'd'], b: ['c'], d: ['c'] }, 'b', { c: 'A', d: 'A' }],
    ['names from every object', { A: ['__proto__'] }, '', { ['__proto__']: 'A' }],
    [
      'emoji and right-to-left text',
      { A: ['🚀'], '🚀': ['مجموعة'] },
      '',
      { '🚀': 'A', مجموعة: 'A' },
    ],
  ])('%s', (_, children, gone, expected) => {
    const holders = Object.entries(expected).map(([group, above]) => [group, set(above)] as const);
    expect(holdersThrough(isImported, graph(children), set(gone))).toEqual(new Map(holders));
  });

  it('goes down a chain of 10,000', () => {
    const holders = holdersThrough((group) => group === '0', chain(10_000), new Set());
    expect(holders.size).toBe(9_999);
    expect(holders.get('9999')).toEqual(new Set(['0']));
  });

  it('looks at each group once for each of its holders', () => {
    const nested = new CountingMap(dense(1_000));
    const holders = holdersThrough((group) => Number(group) < 10, nested, new Set());
    expect([...holders.values()].map(({ size }) => size)).toEqual(Array(990).fill(10));
    expect(nested.looks).toBe(990 * 10);
  });

  it('finds what a naive search finds', () => {
    fc.assert(
      fc.property(randomGraph, randomGroups, randomGroups, (nested, imported, gone) => {
        const isIn = (group: string) => imported.includes(group);
        expect(holdersThrough(isIn, nested, new Set(gone))).toEqual(
          naiveHolders(isIn, nested, new Set(gone)),
        );
      }),
    );
  });
});

type Nested = ReadonlyMap<string, readonly string[]>;

/** Counts how often somebody asks for children. */
class CountingMap extends Map<string, readonly string[]> {
  looks = 0;

  override get(group: string): readonly string[] | undefined {
    this.looks += 1;
    return super.get(group);
  }
}

function chain(length: number): Nested {
  return new Map(Array.from({ length: length - 1 }, (_, at) => [`${at}`, [`${at + 1}`]]));
}

/** Every group holds the next 20, and the last ones the first ones. */
function dense(size: number): Nested {
  const after = (at: number) =>
    Array.from({ length: 20 }, (_, step) => `${(at + step + 1) % size}`);
  return new Map(Array.from({ length: size }, (_, at) => [`${at}`, after(at)]));
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', '__proto__'];
const randomGroups = fc.subarray(NAMES);
const randomGraph: fc.Arbitrary<Nested> = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)), { maxLength: 20 })
  .map((edges) => Map.groupBy(edges, ([parent]) => parent))
  .map(
    (byParent) => new Map([...byParent].map(([parent, edges]) => [parent, edges.map((e) => e[1])])),
  );

/** Adds children until nothing changes. */
function naiveClosure(roots: readonly string[], nested: Nested, gone: ReadonlySet<string>) {
  let found = new Set<string>();
  for (;;) {
    const children = [...found].flatMap((group) => nested.get(group) ?? []);
    const more = new Set([...roots, ...children].filter((group) => !gone.has(group)));
    if (more.size === found.size) return found;
    found = new Set([...found, ...more]);
  }
}

/** Climbs every way from a group that never meets a group twice, up to the first imported one. */
function naiveHolders(
  imported: (group: string) => boolean,
  nested: Nested,
  gone: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const climb = (group: string, way: readonly string[]): readonly string[] =>
    [...nested]
      .filter(([parent, children]) => children.includes(group) && !gone.has(parent))
      .filter(([parent]) => !way.includes(parent))
      .flatMap(([parent]) => (imported(parent) ? [parent] : climb(parent, [...way, parent])));
  const outside = NAMES.filter((group) => !imported(group) && !gone.has(group));
  const holders = outside.map((group) => [group, new Set(climb(group, [group]))] as const);
  return new Map(holders.filter(([, above]) => above.size > 0));
}
