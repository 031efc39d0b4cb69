import { describe, expect, it } from 'vitest';
import type { Half, Link } from '../../../lib/sync/link.ts';
import {
  changesOfDraft,
  countPlanned,
  foreseeAlone,
  foreseeMaking,
  foreseeMerge,
  noCounts,
} from '../../../lib/sync/plan.ts';
import type { Decision } from '../../../lib/sync/reconcile.ts';
import type { Standing } from '../../../lib/sync/rules/standing.ts';
import { IMPORTED } from './some-flows.ts';

const LINK: Link = {
  kind: 'user',
  entraId: 'e1',
  appId: 'a1',
  state: 'linked',
  seen: { properties: {} },
  agreed: null,
  dirty: null,
  wakeDue: null,
  sighted: '',
  kept: false,
  graceUntil: null,
  unmet: false,
  switching: false,
  givenUp: null,
};
const IN: Standing = { is: 'in', rule: null, entitlements: [] };
const OUT: Standing = { is: 'out', rule: 'users.scope', entitlements: [] };
const HELD: Half = { active: true, attributes: { userName: 'ada', title: 'Countess' } };

const remove = (more: Partial<Extract<Decision, { do: 'remove' }>>): Decision => ({
  do: 'remove',
  why: { left: 'users.scope' },
  appId: 'a1',
  how: 'deactivate',
  ...more,
});

describe('what becomes of an object that needs no look at the application', () => {
  const inactive = { agreed: { entra: HELD, app: { ...HELD, active: false } } };
  it.each<[string, Partial<Link>, Decision, Standing, object]>([
    ['takes no part', { appId: null }, { do: 'nothing' }, OUT, { decision: 'out', rule: OUT.rule }],
    ['takes no part, and is kept', {}, { do: 'nothing' }, OUT, { decision: 'none' }],
    ['is in step', {}, { do: 'nothing' }, IN, { decision: 'none', rule: null, changes: [] }],
    [
      'was to go, and an administrator said no',
      { kept: true },
      { do: 'nothing' },
      OUT,
      { decision: 'none', reason: expect.stringContaining('administrator') },
    ],
    [
      'cannot be mapped',
      {},
      { do: 'wait', reason: 'unmapped', detail: 'title: no date' },
      IN,
      { decision: 'fail', reason: 'unmapped: title: no date' },
    ],
    [
      'leaves',
      {},
      remove({}),
      OUT,
      { decision: 'deactivate', rule: 'users.scope', changes: [activeTo(false)] },
    ],
    ['leaves, and is inactive', inactive, remove({}), OUT, { decision: 'none', changes: [] }],
    [
      'leaves for good in a while',
      {},
      remove({ graceDays: 30 }),
      OUT,
      { decision: 'deactivate', reason: expect.stringContaining('30 days') },
    ],
    [
      'is deleted in Entra',
      {},
      remove({ why: { gone: 'deleted' }, how: 'delete' }),
      IN,
      { decision: 'delete', rule: 'users.deleted', changes: [] },
    ],
    [
      'is a group in the bin',
      { kind: 'group' },
      remove({ why: { gone: 'changed' }, how: 'delete' }),
      IN,
      { decision: 'delete', rule: 'groups.softDeleted' },
    ],
    [
      'is deleted and was never there',
      { appId: null },
      remove({ why: { gone: 'changed' }, appId: null }),
      IN,
      { decision: 'none' },
    ],
  ])('and %s', (_, link, decision, standing, foreseen) => {
    expect(foreseeAlone({ ...LINK, ...link }, decision, standing)).toMatchObject(foreseen);
  });

  it('is not known of one that does', () => {
    const [create, compare]: Decision[] = [
      { do: 'create', entra: HELD, flows: IMPORTED },
      { do: 'compare', appId: 'a1', entra: HELD, flows: IMPORTED },
    ];
    for (const decision of [create, compare])
      expect(decision && foreseeAlone(LINK, decision, IN)).toBeUndefined();
  });
});

describe('what changes', () => {
  it('of a new entry is all of it', () => {
    expect(changesOfDraft(HELD)).toEqual([
      { attribute: 'active', from: null, to: true },
      { attribute: 'userName', from: null, to: 'ada' },
      { attribute: 'title', from: null, to: 'Countess' },
    ]);
  });

  it('of an entry says what it holds and what it is to hold', () => {
    const merge = { set: { userName: 'ada.l', nickName: 'A' }, clear: ['title'] };
    const sides = { app: HELD, write: merge, entra: HELD, export: null };
    expect(foreseeMerge(sides, { ...IN, rule: 'users.allow' })).toEqual({
      decision: 'update',
      rule: 'users.allow',
      reason: null,
      changes: [
        { attribute: 'userName', from: 'ada', to: 'ada.l' },
        { attribute: 'nickName', from: null, to: 'A' },
        { attribute: 'title', from: 'Countess', to: null },
      ],
    });
    const write = { set: {}, clear: ['title'], active: false };
    const off = foreseeMerge({ ...sides, write }, IN);
    expect(off).toMatchObject({ decision: 'deactivate', changes: [activeTo(false), {}] });
    expect(foreseeMerge({ ...sides, write: null }, IN)).toMatchObject({ decision: 'none' });
  });

  it('of the object in Entra is told apart', () => {
    const sides = { app: HELD, write: null, entra: HELD };
    const toEntra = { set: { title: 'Clerk' }, clear: [] };
    expect(foreseeMerge({ ...sides, export: toEntra }, IN)).toMatchObject({
      decision: 'update',
      changes: [],
      toEntra: [{ attribute: 'title', from: 'Countess', to: 'Clerk' }],
    });
  });
});

it.each([
  [
    'it can be made',
    { ok: true, properties: { userPrincipalName: 'ada@contoso.example' } },
    { decision: 'make', reason: 'it signs in as ada@contoso.example' },
  ],
  [
    'it cannot',
    { ok: false, detail: 'no name is left' },
    { decision: 'fail', reason: 'entra-refused: no name is left' },
  ],
] as const)(
  'an entry without an object tells what Entra is to make of it: %s',
  (_, draft, told) => {
    const entry = { kind: 'user' as const, attributes: { title: 'Countess', nickName: 'Ada' } };
    const exports = new Map([['title', {}]]);
    const foresight = foreseeMaking(entry, draft, exports);
    expect(foresight).toMatchObject({ rule: 'users.create', changes: [], ...told });
    expect(foresight.toEntra).toEqual(
      draft.ok
        ? [
            { attribute: 'active', from: null, to: true },
            { attribute: 'title', from: null, to: 'Countess' },
          ]
        : undefined,
    );
  },
);

it('counts by kind and decision', () => {
  const counts = countPlanned(noCounts(), [
    { kind: 'user', decision: 'create' },
    { kind: 'user', decision: 'create' },
    { kind: 'group', decision: 'out' },
  ]);
  expect(counts.user).toMatchObject({ create: 2, update: 0, fail: 0 });
  expect(counts.group).toMatchObject({ create: 0, out: 1 });
  expect(noCounts().user.create).toBe(0);
});

function activeTo(to: boolean) {
  return { attribute: 'active', from: !to, to };
}
