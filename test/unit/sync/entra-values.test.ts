import { describe, expect, it } from 'vitest';
import {
  asGraphTakes,
  doubtfulIn,
  foldSent,
  inDoubt,
  outgoing,
  STALE_MILLISECONDS,
  staleIn,
  writtenHalf,
} from '../../../lib/sync/entra-values.ts';
import type { Seen } from '../../../lib/sync/link.ts';
import { compileRules } from '../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../lib/sync/rules/settings.ts';

const mappings = [
  { target: 'nickName', type: 'direct', source: 'extensionAttribute7', direction: 'both' },
];
const settings = ruleSettingsSchema.parse({ users: { export: true, mappings } });
const exports = compileRules(settings).flows.user.attributes;
const PHONE = 'phoneNumbers[type eq "work"].value';

describe('what is written to Entra', () => {
  it.each([
    ['a text', { set: { title: 'Countess' }, clear: [] }, { jobTitle: 'Countess' }],
    ['a cleared text', { set: {}, clear: ['title'] }, { jobTitle: null }],
    [
      'a phone, of which there is a list',
      { set: { [PHONE]: '1' }, clear: [] },
      { businessPhones: ['1'] },
    ],
    ['a cleared phone', { set: {}, clear: [PHONE] }, { businessPhones: [] }],
    ['an account', { set: {}, clear: [], active: false }, { accountEnabled: false }],
    ['a flag in a text', { set: { title: true }, clear: [] }, { jobTitle: 'true' }],
  ])('%s', (_, merge, properties) => {
    expect(outgoing('user', merge, exports)).toEqual({ properties, unfit: [] });
  });

  it('is nothing of what no property can hold', () => {
    const merge = { set: { title: ['a', 'b'], locale: 'en' }, clear: [] };
    expect(outgoing('user', merge, exports)).toEqual({
      properties: {},
      unfit: ['title', 'locale'],
    });
  });

  it('names Exchange’s attributes as Graph does', () => {
    expect(asGraphTakes({ jobTitle: 'x', extensionAttribute7: 'y' })).toEqual({
      jobTitle: 'x',
      onPremisesExtensionAttributes: { extensionAttribute7: 'y' },
    });
    expect(asGraphTakes({ jobTitle: null })).toEqual({ jobTitle: null });
  });

  it('is what Entra’s side holds from then on', () => {
    const half = { active: true, attributes: { title: 'a', city: 'b' } };
    expect(writtenHalf(half, { set: { title: 'c' }, clear: ['city'], active: false })).toEqual({
      active: false,
      attributes: { title: 'c' },
    });
  });
});

describe('what was written lately', () => {
  const before: Seen = { properties: { jobTitle: 'a', city: 'x' } };
  const once = foldSent(before, { jobTitle: 'b' }, 1_000);
  const twice = foldSent(once, { jobTitle: 'c' }, 2_000);
  const soon = 1_000 + STALE_MILLISECONDS - 1;

  it('counts until Entra says otherwise', () => {
    expect(twice.properties).toEqual({ jobTitle: 'c', city: 'x' });
  });

  it.each([
    ['the value from before', once, 'a', soon, true],
    ['what was written', once, 'b', soon, false],
    ['anything else', once, 'z', soon, false],
    ['the value from before, ten minutes later', once, 'a', soon + 1, false],
    ['the first of two values from before', twice, 'a', soon, true],
    ['the second', twice, 'b', soon, true],
  ])('is stale where Entra shows %s: %#', (_, seen, jobTitle, now, isStale) => {
    expect(staleIn(seen, { jobTitle, city: 'x' }, now)).toEqual(
      isStale ? { jobTitle: seen.properties.jobTitle } : {},
    );
  });

  it('is not doubted where something else was cleared than it was', () => {
    const phone = foldSent({ properties: { businessPhones: [] } }, { businessPhones: ['1'] }, 0);
    expect(staleIn(phone, { businessPhones: [] }, 1)).toEqual({ businessPhones: ['1'] });
  });

  it('is looked at again where it may never have arrived', () => {
    const announced = { ...before, sent: once.sent ?? {} };
    expect(staleIn(announced, { jobTitle: 'a' }, 1_001)).toEqual({});
    expect(doubtfulIn(announced, { jobTitle: 'a' }, 1_001)).toEqual(['jobTitle']);
    expect(doubtfulIn(once, { jobTitle: 'a' }, 1_001)).toEqual([]);
    expect(doubtfulIn(once, { jobTitle: 'z' }, 1_001)).toEqual(['jobTitle']);
  });

  it('is not taken for known by an older replay where it may never have arrived', () => {
    const sent = { jobTitle: { value: 'c', before: ['a', 'b'], at: 1_000 } };
    expect(staleIn({ properties: { jobTitle: 'b' }, sent }, { jobTitle: 'a' }, 1_001)).toEqual({
      jobTitle: 'b',
    });
    expect(staleIn({ properties: { jobTitle: 'c' }, sent }, { jobTitle: 'a' }, 1_001)).toEqual({
      jobTitle: 'c',
    });
  });

  it('is not taken for arrived by an older replay of the very same', () => {
    const sent = { jobTitle: { value: 'a', before: ['a', 'b'], at: 1_000 } };
    const refused = { properties: { jobTitle: 'b' }, sent };
    expect(staleIn(refused, { jobTitle: 'a' }, 1_001)).toEqual({ jobTitle: 'b' });
    const taken = { properties: { jobTitle: 'a' }, sent };
    expect(staleIn(taken, { jobTitle: 'a' }, 1_001)).toEqual({});
    expect(staleIn(taken, { jobTitle: 'b' }, 1_001)).toEqual({ jobTitle: 'a' });
  });

  it('is in doubt only as long as nothing younger has shown', () => {
    const shown = { jobTitle: 'a', city: 'y' };
    expect(inDoubt(once, shown)).toEqual({ jobTitle: 'a' });
    const younger = { ...once, properties: { ...once.properties, jobTitle: 'z' } };
    expect(inDoubt(younger, shown)).toEqual({});
  });

  it('is in doubt where it was never taken, and something else is there by then', () => {
    const sent = { jobTitle: { value: null, before: [null, 'a'], at: 1_000 } };
    const refused = { properties: { jobTitle: 'a' }, sent };
    expect(inDoubt(refused, { jobTitle: null, city: 'y' })).toEqual({ jobTitle: null });
  });

  it('is still in doubt when something else is written before it is looked at', () => {
    const late = foldSent(once, { city: 'z' }, soon + 1);
    expect(inDoubt(late, { jobTitle: 'a' })).toEqual({ jobTitle: 'a' });
    const again = foldSent(late, { jobTitle: 'd' }, soon + 2);
    expect(staleIn(again, { jobTitle: 'a' }, soon + 3)).toEqual({});
    expect(staleIn(again, { jobTitle: 'b' }, soon + 3)).toEqual({ jobTitle: 'd' });
  });

  it('is forgotten when something is written long after anybody looked at it', () => {
    const late = foldSent(once, { city: 'z' }, 1_000 + 3 * STALE_MILLISECONDS);
    expect(Object.keys(late.sent ?? {})).toEqual(['city']);
  });
});
