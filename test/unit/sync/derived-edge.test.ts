import { describe, expect, it } from 'vitest';
import { foldVia, isDerivedRemoval } from '../../../lib/sync/derived-edge.ts';
import { type Edge, foldEdge, isPending } from '../../../lib/sync/edge.ts';

const pair = { holder: 'top', member: 'm', memberKind: 'user' as const };
const context = { pair, runId: 'r2', now: 5 };
const direct: Edge = {
  ...pair,
  relation: 'member',
  wanted: true,
  direct: true,
  via: null,
  applied: true,
  sighted: 'r1',
  removal: null,
};
const both: Edge = { ...direct, via: 'low' };
const derived: Edge = { ...both, direct: false };
const removal = { state: 'waiting', at: 5, doubts: 0, isFree: false } as const;
const over: Edge = { ...derived, wanted: false, removal: { ...removal, evidence: 'nested' } };
const left: Edge = {
  ...direct,
  wanted: false,
  direct: false,
  removal: { ...removal, evidence: 'removed' },
};

describe('foldVia', () => {
  it('begins a membership that the application has yet to follow', () => {
    const begun = foldVia(undefined, 'low', context);
    expect(begun).toEqual({ ...derived, applied: false, sighted: 'r2' });
    expect(begun && isPending(begun)).toBe(true);
  });

  it.each<[string, Edge | undefined, string | null, Edge | null | undefined]>([
    ['nobody', undefined, null, undefined],
    ['one who is in the holder itself', direct, null, direct],
    ['one who is in a nested group as well', direct, 'low', both],
    ['the same again', both, 'low', both],
    ['another nested group', derived, 'mid', { ...derived, via: 'mid' }],
    ['the holder alone since now', both, null, direct],
    ['no group since now', derived, null, over],
    ['no group, which the application never had', { ...derived, applied: false }, null, null],
    ['no group, as before', over, null, over],
    ['a group again', over, 'low', derived],
    ['a group, while it is taken away from the holder', left, 'low', derived],
  ])('%s', (_, edge, via, expected) => {
    const folded = foldVia(edge, via, context);
    expect(folded).toEqual(expected);
    if (expected === edge) expect(folded).toBe(edge);
    // The same word twice changes nothing.
    if (folded) expect(foldVia(folded, via, context)).toBe(folded);
  });

  it.each(['held', 'approved', 'doubted', 'rejected'] as const)('leaves what is %s', (state) => {
    const edge: Edge = { ...over, removal: { ...removal, evidence: 'nested', state } };
    expect(foldVia(edge, null, context)).toBe(edge);
    expect(foldVia(edge, 'low', context)).toEqual(derived);
  });
});

describe('what Entra says of the holder itself', () => {
  const word = (removed: boolean) => ({ member: 'm', memberKind: 'user' as const, removed });
  const place = { holder: 'top', relation: 'member' as const, runId: 'r2', now: 5 };

  it.each<[string, Edge, boolean, Edge | null]>([
    ['leaves one who is in a nested group', both, true, derived],
    ['knows nothing of a nested group', derived, true, derived],
    [
      'nor whether the application has it',
      { ...derived, applied: false },
      true,
      { ...derived, applied: false },
    ],
    ['adds to a nested group', derived, false, { ...both, sighted: 'r2' }],
    ['brings back one whom no group has', over, false, { ...direct, sighted: 'r2' }],
    ['says nothing new of one whom no group has', over, true, over],
    ['drops one whom the application never had', { ...direct, applied: false }, true, null],
    ['takes away one who was in it alone', direct, true, left],
  ])('%s', (_, edge, removed, expected) => {
    expect(foldEdge(edge, word(removed), place)).toEqual(expected);
  });
});

it('tells why a membership is taken away', () => {
  expect([direct, derived, left, over].map(isDerivedRemoval)).toEqual([false, false, false, true]);
});
