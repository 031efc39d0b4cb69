import { describe, expect, it } from 'vitest';
import type { Value } from '../../../lib/sync/entry.ts';
import type { Agreed, Half } from '../../../lib/sync/link.ts';
import {
  isEmpty,
  mergeImport,
  sameHalf,
  sameValue,
  takeApart,
  withhold,
} from '../../../lib/sync/merge.ts';

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

describe('mergeImport in a full run', () => {
  it.each([
    ['what strayed is set right', 'a', 'x', agreed('a', 'a'), { set: { title: 'a' } }],
    ['what is lost is given again', 'a', undefined, agreed('a', 'a'), { set: { title: 'a' } }],
    ['what Entra never had is left', undefined, 'x', agreed(undefined, 'x'), {}],
    ['what the application writes its own way', 'a ', 'A', agreed('a ', 'A'), {}],
  ] as const)('%s', (_, entra, app, before, written) => {
    const merge = mergeImport(half(entra), half(app), before, true);
    expect(merge).toEqual({ set: {}, clear: [], ...written });
  });

  it('switches an account the way Entra has it', () => {
    const before = { entra: half('a'), app: half('a') };
    expect(mergeImport(half('a'), half('a', false), before, true).active).toBe(true);
  });
});

describe('takeApart', () => {
  it.each([
    ['gains alone', { set: { a: '1' }, clear: [] }, true, false],
    ['a cleared value is a loss', { set: {}, clear: ['a'] }, false, true],
    ['switching on is a gain', { set: {}, clear: [], active: true }, true, false],
    ['switching off is a loss', { set: {}, clear: [], active: false }, false, true],
    ['both', { set: { a: '1' }, clear: ['b'], active: false }, true, true],
    ['nothing', { set: {}, clear: [] }, false, false],
  ] as const)('%s', (_, merge, gains, losses) => {
    const parts = takeApart(merge, {});
    expect([parts.gains !== null, parts.losses !== null]).toEqual([gains, losses]);
  });

  it('withholds losses so that they show again', () => {
    const before = agreed('a', 'a');
    const [entra, app] = [half(undefined, false), half('a')];
    const { losses } = takeApart(mergeImport(entra, app, before), app.attributes);
    expect(losses).not.toBeNull();
    const held = losses && withhold({ entra, app }, losses, before);
    expect(held).toEqual({ entra: half('a'), app: half('a') });
    expect(mergeImport(entra, app, held)).toEqual({ set: {}, clear: ['title'], active: false });
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
