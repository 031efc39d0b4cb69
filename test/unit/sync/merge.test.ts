import { describe, expect, it } from 'vitest';
import type { Value } from '../../../lib/sync/entry.ts';
import type { Agreed, Half } from '../../../lib/sync/link.ts';
import { isEmpty, mergeImport, sameHalf, sameValue } from '../../../lib/sync/merge.ts';

const half = (title?: Value, active = true): Half => ({
  active,
  attributes: title === undefined ? {} : { title },
});
const agreed = (entra?: Value, app?: Value): Agreed => ({ entra: half(entra), app: half(app) });

describe('mergeImport', () => {
  it.each([
    ['same on both sides', 'a', 'a', agreed('a', 'a'), {}],
    ['only Entra changed', 'b', 'a', agreed('a', 'a'), { set: { title: 'b' } }],
    ['only the application changed', 'a', 'x', agreed('a', 'a'), {}],
    ['both changed to the same', 'b', 'b', agreed('a', 'a'), {}],
    ['both changed otherwise: Entra wins', 'b', 'x', agreed('a', 'a'), { set: { title: 'b' } }],
    ['cleared in Entra', undefined, 'a', agreed('a', 'a'), { clear: ['title'] }],
    ['cleared on both sides', undefined, undefined, agreed('a', 'a'), {}],
    ['first meeting, equal', 'a', 'a', null, {}],
    ['first meeting, the application is empty', 'a', undefined, null, { set: { title: 'a' } }],
    ['first meeting, Entra is empty: nothing is wiped', undefined, 'x', null, {}],
    ['first meeting, both differ: Entra wins', 'a', 'x', null, { set: { title: 'a' } }],
    ['the application trims what it stores', 'a ', 'a', agreed('a ', 'a'), {}],
  ] as const)('%s', (_, entra, app, before, written) => {
    expect(mergeImport(half(entra), half(app), before)).toEqual({ set: {}, clear: [], ...written });
  });

  it('writes active only where Entra changed it and the application differs', () => {
    const before = { entra: half('a'), app: half('a') };
    expect(mergeImport(half('a', false), half('a'), before)).toHaveProperty('active', false);
    expect(mergeImport(half('a', false), half('a', false), before)).not.toHaveProperty('active');
    expect(mergeImport(half('a'), half('a', false), before)).not.toHaveProperty('active');
    expect(isEmpty(mergeImport(half('a'), half('a', false), before))).toBe(true);
  });
});

describe('sameValue', () => {
  it.each([
    ['a', ' a ', true],
    ['a', 'A', false],
    ['e\u0301', '\u00e9', true],
    [['a', 'b'], ['b', 'a', 'a'], true],
    [[], undefined, true],
    [true, 'true', false],
  ] as const)('%j and %j: %s', (a, b, same) => {
    expect(sameValue(a, b)).toBe(same);
  });

  it('compares halves by every attribute of both', () => {
    expect(sameHalf(half('a'), half('a'))).toBe(true);
    expect(sameHalf(half('a'), half())).toBe(false);
    expect(sameHalf(half(), half('a'))).toBe(false);
    expect(sameHalf(half('a'), half('a', false))).toBe(false);
  });
});
