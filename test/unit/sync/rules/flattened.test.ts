import { describe, expect, it } from 'vitest';
import type { Edge } from '../../../../lib/sync/edge.ts';
import {
  flatSets,
  holderOf,
  holdersIn,
  passedOn,
  viaOf,
} from '../../../../lib/sync/rules/flattened.ts';

/** TOP > mid > low > TOP, TOP > SUB, SUB > low, OUT > gone > low; those in capitals are imported. */
const NESTED = new Map([
  ['TOP', ['mid', 'SUB']],
  ['mid', ['low']],
  ['low', ['TOP']],
  ['SUB', ['low']],
  ['OUT', ['gone']],
  ['gone', ['low']],
]);
const SETS = flatSets({
  nested: NESTED,
  imported: new Set(['TOP', 'SUB', 'OUT']),
  gone: new Set(['gone']),
});

describe('groups that pass on their members', () => {
  it('are known by the imported groups above them', () => {
    expect(SETS).toEqual({ 'flat:TOP': ['low', 'mid'], 'flat:SUB': ['low'] });
  });

  it('are none where all groups are imported, or none is', () => {
    const gone = new Set<string>();
    expect(flatSets({ nested: NESTED, imported: new Set(NESTED.keys()), gone })).toEqual({});
    expect(flatSets({ nested: NESTED, imported: gone, gone })).toEqual({});
  });

  it('are told from groups that rules name', () => {
    expect(['scope', 'entitlement:flat:x', 'flat:TOP', 'flat:'].map(holderOf)).toEqual([
      undefined,
      undefined,
      'TOP',
      '',
    ]);
    expect(Object.fromEntries(holdersIn({ ...SETS, scope: ['low', 'other'] }))).toEqual({
      low: ['TOP', 'SUB'],
      mid: ['TOP'],
    });
  });

  it.each([
    ['TOP', ['low'], 'low'],
    ['TOP', ['mid', 'low'], 'low'],
    ['TOP', ['SUB', 'other'], null],
    ['SUB', ['mid'], null],
    ['SUB', [], null],
    ['OUT', ['gone', 'low'], null],
  ])('%s has a member of %j by %s', (holder, groups, via) => {
    expect(viaOf(SETS, holder, groups)).toBe(via);
  });

  it('pass on everybody but the holder itself', () => {
    const edge = (holder: string, member: string, memberKind: 'user' | 'group' = 'user') =>
      ({ holder, member, memberKind }) as Edge;
    const edges = [edge('low', 'u'), edge('low', 'TOP', 'group'), edge('SUB', 'u')];
    expect(passedOn(SETS, edges)).toEqual([
      { holder: 'TOP', member: 'u', memberKind: 'user' },
      { holder: 'SUB', member: 'u', memberKind: 'user' },
      { holder: 'SUB', member: 'TOP', memberKind: 'group' },
    ]);
  });
});
