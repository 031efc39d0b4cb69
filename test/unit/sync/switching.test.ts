import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../lib/sync/entry.ts';
import type { Half, Link } from '../../../lib/sync/link.ts';
import { reconcile, settle } from '../../../lib/sync/reconcile.ts';
import { compileRules } from '../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../lib/sync/rules/settings.ts';
import { NO_ROLES, standingOf } from '../../../lib/sync/rules/standing.ts';

const GROUP = '11111111-2222-4333-8444-555555555555';
const rulesWith = (users: object) =>
  compileRules(ruleSettingsSchema.parse({ users: { aliases: null, export: true, ...users } }));

const half = (active: boolean): Half => ({ active, attributes: { userName: 'ada@contoso.com' } });
const linkOf = (accountEnabled: boolean, more: Partial<Link>): Link => ({
  kind: 'user',
  entraId: 'e1',
  appId: 'a1',
  state: 'linked',
  seen: { properties: { userPrincipalName: 'ada@contoso.com', accountEnabled } },
  agreed: { entra: half(true), app: half(true) },
  dirty: null,
  wakeDue: null,
  sighted: 'r',
  kept: false,
  graceUntil: null,
  unmet: true,
  switching: false,
  givenUp: null,
  ...more,
});

/** What the sides are given of whether they are active, when the guard lets everything pass. */
function exchanged(link: Link, active: boolean, users = {}) {
  const rules = rulesWith(users);
  const object = { kind: link.kind, id: link.entraId, properties: link.seen.properties };
  const context = { now: 0, random: () => 0 };
  const standing = standingOf(object, rules, NO_ROLES);
  const decision = reconcile(link, rules, standing, { reassert: false, context });
  if (decision.do !== 'compare') return decision.do;
  const entry: Entry = { kind: 'user', id: 'a1', version: '1', ...half(active) };
  const how = { reassert: false, mayRemove: true };
  const { write, export: toEntra } = settle(decision, entry, link.agreed, how);
  return { app: write?.active, entra: toEntra?.active };
}

const off = { entra: half(false), app: half(false) };
const nothing = { app: undefined, entra: undefined };

describe('whether an account is enabled', () => {
  it.each([
    ['the application disables it', linkOf(true, {}), false, { entra: false }],
    ['the application enables it', linkOf(false, { agreed: off }), true, { entra: true }],
    ['Entra disables it', linkOf(false, {}), true, { app: false }],
    ['Entra enables it', linkOf(true, { agreed: off }), false, { app: true }],
    ['they never met: Entra says so', linkOf(true, { agreed: null }), false, { app: true }],
    [
      'the sync has switched its entry off, and may have died over it',
      linkOf(true, { switching: true }),
      false,
      { app: true },
    ],
    [
      'the sync has switched its entry on, and may have died over it',
      linkOf(false, { agreed: off, switching: true }),
      true,
      { app: false },
    ],
    ['the sync died before it did', linkOf(true, { switching: true }), true, {}],
  ])('%s', (_, link, active, given) => {
    expect(exchanged(link, active)).toEqual({ ...nothing, ...given });
  });

  it('is never the wish of an application that the rules overrule', () => {
    const refused = { allow: [{ id: GROUP }] };
    expect(exchanged(linkOf(true, {}), false, refused)).toEqual(nothing);
    expect(exchanged(linkOf(true, { agreed: off }), true, refused)).toEqual(nothing);
  });

  it('counts as it is where nothing flows into the application any more', () => {
    const alone = { import: false };
    expect(exchanged(linkOf(true, { switching: true }), false, alone)).toEqual(nothing);
    expect(exchanged(linkOf(true, {}), false, alone)).toEqual({ ...nothing, entra: false });
  });

  it('is compared again after it was switched, though nothing is news', () => {
    const met = { unmet: false, agreed: null };
    expect(exchanged(linkOf(true, { ...met, switching: true }), true)).not.toBe('nothing');
    expect(exchanged(linkOf(true, { unmet: false, switching: true }), true)).toEqual(nothing);
  });
});
