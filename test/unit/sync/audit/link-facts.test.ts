import { expect, it } from 'vitest';
import { linkFacts } from '../../../../lib/sync/audit/link-facts.ts';
import type { Agreed, Dirty, Link } from '../../../../lib/sync/link.ts';

const AGREED: Agreed = {
  entra: { active: true, attributes: {} },
  app: { active: true, attributes: {} },
};
const there: Link = {
  kind: 'user',
  entraId: 'e',
  appId: 'a',
  state: 'linked',
  seen: { properties: {} },
  agreed: AGREED,
  dirty: null,
  wakeDue: null,
  sighted: '-',
  kept: false,
  graceUntil: null,
  unmet: false,
  switching: false,
  givenUp: null,
};
const free: Link = { ...there, appId: null, state: 'unlinked', agreed: null };
const dirty = (reason: Dirty['reason'], more: Partial<Dirty> = {}): Dirty => ({
  reason,
  attempts: 1,
  due: 1,
  since: 1,
  ...more,
});
const leaver = { ...there, dirty: dirty('removal', { loss: 'users', evidence: 'Entra said so' }) };
const entitled = (value: string[]): Link => ({
  ...there,
  agreed: { ...AGREED, app: { active: true, attributes: { entitlements: value } } },
});
const count = (counted: string) => ({ [`users.${counted}`]: 1 });

it.each([
  ['a new entry', { from: undefined, link: there, count: count('created') }, [{ did: 'created' }]],
  [
    'an entry that was there before',
    { from: free, link: there, count: count('updated'), wrote: { app: ['title', 'active'] } },
    [{ did: 'adopted', attributes: ['title'] }],
  ],
  [
    'names in order, and nothing of values',
    { from: there, link: there, count: count('updated'), wrote: { app: ['title', 'nickName'] } },
    [{ did: 'updated', attributes: ['nickName', 'title'] }],
  ],
  [
    'an account that was switched on again',
    {
      from: there,
      link: there,
      count: count('updated'),
      wrote: { app: ['active'], active: true },
    },
    [{ did: 'reactivated' }],
  ],
  [
    'a leaver who is back, with a new title',
    {
      from: { ...there, state: 'removed' as const },
      link: there,
      count: count('updated'),
      wrote: { app: ['title'] },
    },
    [{ did: 'reactivated' }, { did: 'updated', attributes: ['title'] }],
  ],
  [
    'a leaver, and what spoke for it',
    { from: leaver, link: { ...leaver, state: 'removed' as const }, count: count('deactivated') },
    [{ did: 'deactivated', loss: 'users', evidence: 'Entra said so' }],
  ],
  [
    'a leaver by approval',
    {
      from: { ...leaver, dirty: { ...leaver.dirty, approvedUntil: 9 } },
      link: free,
      count: count('deleted'),
    },
    [{ did: 'deleted', loss: 'users', evidence: 'Entra said so', approved: true }],
  ],
  [
    'what Entra was given, and a conflict either side won',
    {
      from: there,
      link: there,
      count: { ...count('updated'), ...count('exported') },
      wrote: { app: ['title'], entra: ['city'], conflicts: { entra: ['title'], app: ['city'] } },
    },
    [
      { did: 'updated', attributes: ['title'] },
      { did: 'exported', attributes: ['city'] },
      { did: 'conflict', winner: 'entra', attributes: ['title'] },
      { did: 'conflict', winner: 'app', attributes: ['city'] },
    ],
  ],
  [
    'entitlements that come and go',
    { from: entitled(['mail', 'vault']), link: entitled(['vault', 'phone']) },
    [
      { did: 'entitlements-given', entitlements: ['phone'] },
      { did: 'entitlements-taken', entitlements: ['mail'] },
    ],
  ],
])('%s', (_, step, facts) => {
  expect(linkFacts(step, 'entra')).toEqual(facts);
});

const refused = dirty('refused', { detail: 'the application does not take it' });
const held = dirty('held', { loss: 'users', evidence: 'Entra said so', isHeld: true });

it.each([
  [
    'a failure, once',
    null,
    refused,
    'entra',
    [{ did: 'failed', reason: 'refused', detail: 'the application does not take it' }],
  ],
  ['the same failure at another try', refused, { ...refused, attempts: 2 }, 'retry', []],
  [
    'another failure',
    refused,
    dirty('name-taken'),
    'retry',
    [{ did: 'failed', reason: 'name-taken' }],
  ],
  ['a failure that is over', refused, null, 'retry', [{ did: 'settled', reason: 'refused' }]],
  [
    'a failure that was seen',
    refused,
    null,
    'administrator',
    [{ did: 'dismissed', reason: 'refused' }],
  ],
  [
    'what is left alone',
    null,
    dirty('existing'),
    'entra',
    [{ did: 'skipped', reason: 'existing' }],
  ],
  ['days of grace', leaver.dirty, dirty('grace'), 'decision', [{ did: 'waits', reason: 'grace' }]],
  [
    'what Entra does not take',
    null,
    dirty('entra-denied'),
    'application',
    [{ did: 'refused', reason: 'entra-denied' }],
  ],
  ['a removal that waits for its run', null, leaver.dirty, 'entra', []],
  [
    'one that is held',
    leaver.dirty,
    held,
    'decision',
    [{ did: 'held', loss: 'users', evidence: 'Entra said so' }],
  ],
  [
    'one that is approved',
    held,
    { ...leaver.dirty, approvedUntil: 9 },
    'administrator',
    [{ did: 'approved', loss: 'users', evidence: 'Entra said so' }],
  ],
  [
    'one that is rejected',
    held,
    null,
    'administrator',
    [{ did: 'rejected', loss: 'users', evidence: 'Entra said so' }],
  ],
  ['one whose object is back', held, null, 'entra', []],
] as const)('%s', (_, before, after, cause, facts) => {
  const step = { from: { ...there, dirty: before }, link: { ...there, dirty: after } };
  expect(linkFacts(step, cause)).toEqual(facts);
});
