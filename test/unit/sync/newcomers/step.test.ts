import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../lib/sync/entry.ts';
import type { Dirty, Link } from '../../../../lib/sync/link.ts';
import { askedFor } from '../../../../lib/sync/newcomers/newcomer.ts';
import { newcomerStep } from '../../../../lib/sync/newcomers/step.ts';
import { compileRules } from '../../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 1);
const OBJECT = '11111111-1111-4111-8111-111111111111';

const making = compileRules(
  ruleSettingsSchema.parse({ users: { export: true, create: { domain: 'contoso.example' } } }),
);
const switchedOff = compileRules(
  ruleSettingsSchema.parse({ users: { export: false, create: { domain: 'contoso.example' } } }),
);
const notMaking = compileRules(ruleSettingsSchema.parse({ users: { export: true } }));

const ENTRY: Entry = {
  kind: 'user',
  id: 'e1',
  version: '1',
  active: true,
  attributes: { userName: 'ann@contoso.example' },
};
const FRESH = askedFor('c1', { kind: 'user', appId: 'e1' });

/** Was asked for so many minutes ago, and nobody knows what came of it. */
function begun(minutes: number): Link {
  const since = NOW - minutes * MINUTE;
  return withDirty({ reason: 'newborn', attempts: 1, due: NOW, since });
}

function withDirty(dirty: Dirty | null): Link {
  return { ...FRESH, seen: { properties: { userPrincipalName: 'ann@contoso.example' } }, dirty };
}

function stepOf(link: Link, entry: Entry | undefined, rules = making) {
  return newcomerStep(link, entry, { connectionId: 'c1', rules, now: NOW });
}

it.each([
  ['as it was', ENTRY],
  ['with the id of the object', { ...ENTRY, externalId: OBJECT }],
  ['gone', undefined],
])('what is known to be made is tied, the entry %s', (_, entry) => {
  const link = begun(11);
  const made = { ...link, seen: { ...link.seen, made: OBJECT } };
  expect(stepOf(made, entry)).toEqual({ do: 'tie', entraId: OBJECT });
});

describe('what was asked for and never answered', () => {
  it.each([
    { name: 'nine minutes ago', link: begun(9), entry: ENTRY, unfound: 'wait' },
    { name: 'eleven minutes ago', link: begun(11), entry: ENTRY, unfound: 'make' },
    { name: 'nobody knows when', link: withDirty(null), entry: ENTRY, unfound: 'wait' },
    { name: 'for an entry that is gone', link: begun(9), entry: undefined, unfound: 'wait' },
    { name: 'long ago, entry gone', link: begun(11), entry: undefined, unfound: 'drop' },
    {
      name: 'long ago, entry inactive',
      link: begun(11),
      entry: { ...ENTRY, active: false },
      unfound: 'drop',
    },
  ])('$name: is looked for; else $unfound', ({ link, entry, unfound }) => {
    expect(stepOf(link, entry)).toEqual({ do: 'look', unfound });
  });

  it.each([notMaking, switchedOff])('is not made where nothing is made any more: %#', (rules) => {
    expect(stepOf(begun(11), ENTRY, rules)).toEqual({ do: 'look', unfound: 'drop' });
  });

  it('is known by its mark while the export is switched off', () => {
    expect(switchedOff.selection.properties.user).toContain('extensionAttribute15');
  });

  it.each([
    { minutes: 9, unfound: 'wait' },
    { minutes: 11, unfound: 'drop' },
  ])('is looked for where the entry names an object: anybody can write that, $minutes', (one) => {
    const named = { ...ENTRY, externalId: OBJECT };
    expect(stepOf(begun(one.minutes), named)).toEqual({ do: 'look', unfound: one.unfound });
  });
});

it.each([
  { name: 'an entry', entry: ENTRY, step: 'make' },
  { name: 'one that is gone', entry: undefined, step: 'drop' },
  { name: 'one that is inactive', entry: { ...ENTRY, active: false }, step: 'drop' },
  { name: 'one that stands for an object', entry: { ...ENTRY, externalId: OBJECT }, step: 'drop' },
  { name: 'one of another system', entry: { ...ENTRY, externalId: 'hr-17' }, step: 'fail' },
  { name: 'one without a name', entry: { ...ENTRY, attributes: {} }, step: 'fail' },
])('$name that was never asked for: $step', ({ entry, step }) => {
  expect(stepOf(FRESH, entry).do).toBe(step);
});
