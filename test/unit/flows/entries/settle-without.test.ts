import { expect, it } from 'vitest';
import { settleWithout } from '../../../../lib/flows/entries/settle-without.ts';
import type { Link } from '../../../../lib/sync/link.ts';
import type { Decision } from '../../../../lib/sync/reconcile.ts';

const NOW = Date.UTC(2026, 0, 1);
const LINK: Link = {
  kind: 'group',
  entraId: '00000000-0000-4000-8000-000000000001',
  appId: '1',
  state: 'linked',
  seen: { properties: {}, removed: 'changed' },
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
const REMOVE: Decision = { do: 'remove', appId: '1', how: 'delete', why: { gone: 'changed' } };
const WAIT: Decision = { do: 'wait', reason: 'incomplete', detail: 'the rest is on its way' };

/** A link as the decision leaves it behind, and nobody has been told of it yet. */
function decided(decision: Decision, wakeDue: Link['wakeDue']): Link {
  const [write] = settleWithout({ link: LINK, from: undefined, decision }, NOW);
  if (!write || !('link' in write)) throw new Error('nothing is saved');
  return { ...write.link, wakeDue };
}

it.each([
  ['a removal that waits', REMOVE],
  ['one that waits for more', WAIT],
])('%s is saved once, unless somebody is still to be told of it', (_, decision) => {
  const told = decided(decision, null);
  expect(settleWithout({ link: told, from: told, decision }, NOW)).toEqual([]);
  const untold = decided(decision, 'anew');
  const again = settleWithout({ link: untold, from: untold, decision }, NOW);
  expect(again).toEqual([expect.objectContaining({ from: untold })]);
});

it.each([
  ['unproven', false, 'stays'],
  ['unproven', true, 'is over'],
  ['refused', false, 'is over'],
] as const)('where nothing is to be done, what was %s, shown just now: %s, %s', (...row) => {
  const [reason, isShown, fate] = row;
  const dirty = { reason, attempts: 1, due: NOW, since: NOW };
  const link: Link = { ...LINK, state: 'removed', dirty };
  const work = { link, from: link, isShown, decision: { do: 'nothing' } } as const;
  const over = [{ link: { ...link, dirty: null }, from: link }];
  expect(settleWithout(work, NOW)).toEqual(fate === 'stays' ? [] : over);
});

it('what is noted of an entry ends no doubt about its object', () => {
  const dirty = { reason: 'unproven', attempts: 1, due: NOW, since: NOW } as const;
  const from: Link = { ...LINK, state: 'removed', dirty };
  const link = { ...from, unmet: true };
  const writes = settleWithout({ link, from, decision: { do: 'nothing' } }, NOW);
  expect(writes).toEqual([{ link, from }]);
});

it('what is said of a newborn before it is looked at again does not count as a look', () => {
  const decision: Decision = { do: 'wait', reason: 'newborn', detail: 'it is not tied yet' };
  const made: Link = { ...LINK, appId: null, state: 'unlinked', seen: { properties: {} } };
  const at = (link: Link, from: Link | undefined, now: number) => {
    const [write] = settleWithout({ link, from, decision }, now);
    return write && 'link' in write ? write.link : undefined;
  };
  const first = at(made, undefined, NOW);
  if (!first?.dirty) throw new Error('nothing waits');
  const { due } = first.dirty;
  expect(at(first, first, due - 1)).toBeUndefined();
  const renamed = { ...first, seen: { properties: { displayName: 'x' } } };
  expect(at(renamed, first, due - 1)).toEqual(renamed);
  expect(at(first, first, due)?.dirty?.attempts).toBe(2);
});
