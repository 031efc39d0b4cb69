import { describe, expect, it } from 'vitest';
import type { Properties } from '../../../lib/sync/entry.ts';
import { newLink } from '../../../lib/sync/fold.ts';
import type { Link } from '../../../lib/sync/link.ts';
import { reconcile, settle } from '../../../lib/sync/reconcile.ts';
import { map as mapBy } from '../../../lib/sync/rules/map.ts';
import { rulesOf } from '../../../lib/sync/rules/rules-of.ts';
import { NO_ROLES, standingOf } from '../../../lib/sync/rules/standing.ts';
import { IMPORTED } from './some-flows.ts';

const properties: Properties = {
  userPrincipalName: 'ada@contoso.com',
  givenName: 'Ada',
  surname: 'Byron',
  accountEnabled: true,
};
const rules = rulesOf({});
const context = { now: 0, random: () => 0 };
const map = (kind: 'user', some: Properties) => mapBy(kind, some, rules, { context }).half;
const decide = (link: Link) => {
  const object = { kind: link.kind, id: link.entraId, properties: link.seen.properties };
  return reconcile(link, rules, standingOf(object, rules, NO_ROLES), { context });
};
const entra = map('user', properties);

const link = (more: Partial<Link> = {}): Link => ({
  ...newLink('user', 'e1', 'r'),
  seen: { properties },
  ...more,
});
const tied = { appId: 'a1', state: 'linked', agreed: { entra, app: entra } } as const;

describe('reconcile', () => {
  it.each([
    ['creates what the application lacks', link(), { do: 'create', entra }],
    ['looks for its own work after a crash', link({ state: 'creating' }), { do: 'create', entra }],
    ['leaves alone what agrees', link(tied), { do: 'nothing' }],
    [
      'compares what has changed',
      link({ ...tied, seen: { properties: { ...properties, givenName: 'Augusta' } } }),
      { do: 'compare', appId: 'a1' },
    ],
    [
      'compares what comes back',
      link({ ...tied, state: 'removed' }),
      { do: 'compare', appId: 'a1' },
    ],
    [
      'waits for what is required',
      link({ seen: { properties: {} } }),
      { do: 'wait', reason: 'incomplete' },
    ],
    [
      'deactivates a soft-deleted user',
      link({ ...tied, seen: { properties, removed: 'changed' } }),
      { do: 'remove', how: 'deactivate' },
    ],
    [
      'does it once',
      link({ ...tied, state: 'removed', seen: { properties, removed: 'changed' } }),
      { do: 'nothing' },
    ],
    [
      'deletes a purged user, deactivated before',
      link({ ...tied, state: 'removed', seen: { properties, removed: 'deleted' } }),
      { do: 'remove', how: 'delete' },
    ],
    [
      'deletes a soft-deleted group, since groups know no inactive state',
      link({ ...tied, kind: 'group', seen: { properties, removed: 'changed' } }),
      { do: 'remove', how: 'delete' },
    ],
    [
      'has the edges removed of what the application never held',
      link({ seen: { properties, removed: 'deleted' } }),
      { do: 'remove', appId: null, how: 'delete' },
    ],
    [
      'lets the buried rest',
      link({ state: 'gone', seen: { properties, removed: 'deleted' } }),
      { do: 'nothing' },
    ],
  ] as const)('%s', (_, given, decision) => {
    expect(decide(given)).toMatchObject(decision);
  });
});

describe('settle', () => {
  const how = { reassert: false, mayRemove: false };
  const app = { kind: 'user', id: 'a1', version: '1', ...entra } as const;

  it('writes nothing where the sides hold the same', () => {
    expect(settle({ entra, flows: IMPORTED }, app, null, how).write).toBeNull();
  });

  it('writes what differs', () => {
    const changed = { ...entra, attributes: { ...entra.attributes, title: 'CTO' } };
    const sides = { entra: changed, flows: IMPORTED };
    expect(settle(sides, app, { entra, app: entra }, how).write).toEqual({
      set: { title: 'CTO' },
      clear: [],
    });
  });
});

describe('map', () => {
  it('joins what is there of a computed mapping', () => {
    const formatted = (some: Properties) => map('user', some).attributes['name.formatted'];
    expect(formatted(properties)).toBe('Ada Byron');
    expect(formatted({ surname: 'Byron' })).toBe('Byron');
    expect(formatted({ givenName: null })).toBeUndefined();
  });

  it('takes null, "" and [] for empty, and an unmentioned accountEnabled for true', () => {
    const half = map('user', { displayName: '', mail: null, businessPhones: [] });
    expect(half).toEqual({ active: true, attributes: {} });
    expect(map('user', { accountEnabled: false }).active).toBe(false);
  });
});
