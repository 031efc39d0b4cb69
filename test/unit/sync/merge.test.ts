import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side, Value } from '../../../lib/sync/entry.ts';
import type { Flow, Flows } from '../../../lib/sync/flow.ts';
import type { Agreed, Half } from '../../../lib/sync/link.ts';
import {
  isEmpty,
  type Merge,
  mergeSides,
  sameHalf,
  sameValue,
  takeApart,
  unsettledBy,
  withhold,
} from '../../../lib/sync/merge.ts';
import { exported, IMPORTED } from './some-flows.ts';

const half = (title?: Value, active = true): Half => ({
  active,
  attributes: title === undefined ? {} : { title },
});
const agreed = (entra?: Value, app?: Value): Agreed => ({ entra: half(entra), app: half(app) });
const NOTHING = { set: {}, clear: [] };
const TWO_WAYS = exported();
const APP_WINS = exported({ winner: 'app' });
const OUT_ALONE = exported({ toApp: false });

const [give, take] = [(title: Value) => ({ set: { title } }), { clear: ['title'] }];

describe('an import alone', () => {
  it.each([
    ['same on both sides', 'a', 'a', agreed('a', 'a'), {}],
    ['only Entra changed', 'b', 'a', agreed('a', 'a'), give('b')],
    ['only the application changed', 'a', 'x', agreed('a', 'a'), {}],
    ['both changed to the same', 'b', 'b', agreed('a', 'a'), {}],
    ['both changed otherwise: Entra wins', 'b', 'x', agreed('a', 'a'), give('b')],
    ['cleared in Entra', undefined, 'a', agreed('a', 'a'), take],
    ['cleared on both sides', undefined, undefined, agreed('a', 'a'), {}],
    ['first meeting, equal', 'a', 'a', null, {}],
    ['first meeting, the application is empty', 'a', undefined, null, give('a')],
    ['first meeting, Entra is empty: nothing is wiped', undefined, 'x', null, {}],
    ['first meeting, both differ: Entra wins', 'a', 'x', null, give('a')],
    ['the application trims what it stores', 'a ', 'a', agreed('a ', 'a'), {}],
  ] as const)('%s', (_, entra, app, before, written) => {
    const merges = mergeSides(half(entra), half(app), before, { flows: IMPORTED });
    expect(merges.app).toEqual({ ...NOTHING, ...written });
    expect(merges.entra).toEqual(NOTHING);
    expect(merges.conflicts).toEqual([]);
  });

  it('writes active only where Entra changed it and the application differs', () => {
    const before = { entra: half('a'), app: half('a') };
    const active = (entra: Half, app: Half) =>
      mergeSides(entra, app, before, { flows: IMPORTED }).app.active;
    expect(active(half('a', false), half('a'))).toBe(false);
    expect(active(half('a', false), half('a', false))).toBeUndefined();
    expect(active(half('a'), half('a', false))).toBeUndefined();
  });

  it.each([
    ['what strayed is set right', 'a', 'x', agreed('a', 'a'), give('a')],
    ['what is lost is given again', 'a', undefined, agreed('a', 'a'), give('a')],
    ['what Entra never had is left', undefined, 'x', agreed(undefined, 'x'), {}],
    ['what the application writes its own way', 'a ', 'A', agreed('a ', 'A'), {}],
  ] as const)('in a full run: %s', (_, entra, app, before, written) => {
    const how = { flows: IMPORTED, reassert: true };
    expect(mergeSides(half(entra), half(app), before, how).app).toEqual({ ...NOTHING, ...written });
  });

  it('in a full run switches an account the way Entra has it', () => {
    const before = { entra: half('a'), app: half('a') };
    const how = { flows: IMPORTED, reassert: true };
    expect(mergeSides(half('a'), half('a', false), before, how).app.active).toBe(true);
  });

  it('leaves what strayed to show again at the next full run', () => {
    const { left } = mergeSides(half('a'), half('x', false), agreed('a', 'a'), { flows: IMPORTED });
    expect(left).toEqual({ names: ['title'], active: true });
    const met = withhold({ entra: half('a'), app: half('x', false) }, [left], agreed('a', 'a'));
    expect(met).toEqual(agreed('a', 'a'));
  });
});

describe('both ways', () => {
  it.each([
    ['same on both sides', TWO_WAYS, 'a', 'a', agreed('a', 'a'), {}, {}],
    ['only Entra changed', TWO_WAYS, 'b', 'a', agreed('a', 'a'), give('b'), {}],
    ['only the application changed', TWO_WAYS, 'a', 'x', agreed('a', 'a'), {}, give('x')],
    ['cleared in the application', TWO_WAYS, 'a', undefined, agreed('a', 'a'), {}, take],
    ['both changed to the same', TWO_WAYS, 'b', 'b', agreed('a', 'a'), {}, {}],
    ['both changed: Entra wins', TWO_WAYS, 'b', 'x', agreed('a', 'a'), give('b'), {}],
    ['both changed: the application wins', APP_WINS, 'b', 'x', agreed('a', 'a'), {}, give('x')],
    ['one cleared, one changed: Entra wins', TWO_WAYS, undefined, 'x', agreed('a', 'a'), take, {}],
    ['the same: the application wins', APP_WINS, 'b', undefined, agreed('a', 'a'), {}, take],
    ['first meeting, equal', TWO_WAYS, 'a', 'a', null, {}, {}],
    ['first meeting, the application is empty', APP_WINS, 'a', undefined, null, give('a'), {}],
    ['first meeting, Entra is empty', TWO_WAYS, undefined, 'x', null, {}, give('x')],
    ['first meeting, Entra wins', TWO_WAYS, 'a', 'x', null, give('a'), {}],
    ['first meeting, the application wins', APP_WINS, 'a', 'x', null, {}, give('x')],
    ['nothing was mapped before', TWO_WAYS, undefined, 'x', agreed(undefined, 'x'), {}, give('x')],
    ['a side spells it its own way', TWO_WAYS, 'a', 'A', agreed('a', 'A'), {}, {}],
    ['sets are equal in any order', TWO_WAYS, ['a', 'b'], ['b', 'a'], agreed('c', 'c'), {}, {}],
    [
      'a set grew in the application',
      TWO_WAYS,
      ['a'],
      ['a', 'b'],
      agreed(['a'], ['a']),
      {},
      give(['a', 'b']),
    ],
    ['to Entra alone: Entra changed', OUT_ALONE, 'b', 'a', agreed('a', 'a'), {}, {}],
    [
      'to Entra alone: the application changed',
      OUT_ALONE,
      'a',
      'x',
      agreed('a', 'a'),
      {},
      give('x'),
    ],
    ['to Entra alone: both changed', OUT_ALONE, 'b', 'x', agreed('a', 'a'), {}, give('x')],
    [
      'what Entra must have, cleared',
      exported({ isRequired: true }),
      'a',
      undefined,
      agreed('a', 'a'),
      {},
      {},
    ],
  ] as const)('%s', (_, flows, entra, app, before, toApp, toEntra) => {
    const merges = mergeSides(half(entra), half(app), before, { flows });
    expect(merges.app).toEqual({ ...NOTHING, ...toApp });
    expect(merges.entra).toEqual({ ...NOTHING, ...toEntra });
  });

  it('names what both have changed otherwise', () => {
    const conflicts = (entra: Value, app: Value, flows = TWO_WAYS) =>
      mergeSides(half(entra), half(app), agreed('a', 'a'), { flows }).conflicts;
    expect(conflicts('b', 'x')).toEqual(['title']);
    expect(conflicts('b', 'x', APP_WINS)).toEqual(['title']);
    expect(conflicts('b', 'b')).toEqual([]);
    expect(conflicts('a', 'x')).toEqual([]);
    expect(conflicts('b', 'x', OUT_ALONE)).toEqual([]);
  });

  it.each([
    ['the application disabled it', true, false, { entra: { active: false } }],
    ['Entra disabled it', false, true, { app: { active: false } }],
    ['both did', false, false, {}],
  ] as const)('of an account: %s', (_, entra, app, written) => {
    const merges = mergeSides(half('a', entra), half('a', app), agreed('a', 'a'), {
      flows: TWO_WAYS,
    });
    expect(merges).toMatchObject(written);
    expect(isEmpty(merges.app)).toBe(!('app' in written));
    expect(isEmpty(merges.entra)).toBe(!('entra' in written));
  });

  it('sets right what changed where nothing flows from, in a full run', () => {
    const how = { flows: OUT_ALONE, reassert: true };
    const merges = mergeSides(half('b'), half('a'), agreed('a', 'a'), how);
    expect(merges.entra).toEqual({ ...NOTHING, ...give('a') });
  });
});

const value = fc.option(fc.constantFrom<Value>('a', 'b', 'c', true, ['a', 'b'], ['b']), {
  nil: undefined,
});
const someHalf = fc
  .record({ title: value, active: fc.boolean() })
  .map((one) => half(one.title, one.active));
const someAgreed = fc.option(fc.record({ entra: someHalf, app: someHalf }));
const flow: fc.Arbitrary<Flow> = fc.record({
  toApp: fc.boolean(),
  toEntra: fc.boolean(),
  winner: fc.constantFrom<Side>('entra', 'app'),
  isRequired: fc.constant(false),
});
const someFlows = fc.tuple(flow, flow).map(([title, active]) => exported(title, active));

describe('whatever the two sides hold, a merge', () => {
  it('is the same with the sides exchanged', () => {
    fc.assert(
      fc.property(
        someHalf,
        someHalf,
        someAgreed,
        someFlows,
        fc.boolean(),
        (a, b, before, flows, reassert) => {
          const merges = mergeSides(a, b, before, { flows, reassert });
          const other = before && { entra: before.app, app: before.entra };
          const mirrored = mergeSides(b, a, other, { flows: exchanged(flows), reassert });
          expect(mirrored).toEqual({ ...merges, app: merges.entra, entra: merges.app });
        },
      ),
    );
  });

  it('is done at once, and does nothing the second time', () => {
    fc.assert(
      fc.property(
        someHalf,
        someHalf,
        someAgreed,
        someFlows,
        fc.boolean(),
        (a, b, before, flows, reassert) => {
          const { app, entra, left } = mergeSides(a, b, before, { flows, reassert });
          const after = { entra: written(a, entra), app: written(b, app) };
          const met = withhold(after, [left], before);
          const again = mergeSides(after.entra, after.app, met, { flows, reassert });
          expect([again.app, again.entra, again.conflicts]).toEqual([NOTHING, NOTHING, []]);
        },
      ),
    );
  });

  it('leaves no difference where everything flows both ways, and somebody changed something', () => {
    fc.assert(
      fc.property(
        someHalf,
        someHalf,
        someHalf,
        fc.constantFrom<Side>('entra', 'app'),
        (a, b, c, winner) => {
          const flows = exported({ winner }, { winner });
          const { app, entra } = mergeSides(a, b, { entra: c, app: c }, { flows });
          expect(sameHalf(written(a, entra), written(b, app))).toBe(true);
        },
      ),
    );
  });
});

function exchanged({ attributes, active, ...rest }: Flows): Flows {
  const other = ({ toApp, toEntra, winner, ...more }: Flow): Flow => ({
    ...more,
    toApp: toEntra,
    toEntra: toApp,
    winner: winner === 'entra' ? 'app' : 'entra',
  });
  const all = [...attributes].map(([name, one]) => [name, other(one)] as const);
  return { ...rest, attributes: new Map(all), active: other(active) };
}

function written({ active, attributes }: Half, { set, clear, active: to = active }: Merge): Half {
  const kept = Object.entries(attributes).filter(([name]) => !clear.includes(name));
  return { active: to, attributes: { ...Object.fromEntries(kept), ...set } };
}

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
    const merge = () => mergeSides(entra, app, before, { flows: IMPORTED }).app;
    const { losses } = takeApart(merge(), app.attributes);
    const held = losses && withhold({ entra, app }, [unsettledBy(losses)], before);
    expect(held).toEqual({ entra: half('a'), app: half('a') });
    expect(mergeSides(entra, app, held, { flows: IMPORTED }).app).toEqual(merge());
    expect(merge()).toEqual({ set: {}, clear: ['title'], active: false });
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
