import { expect, it } from 'vitest';
import { heldObject } from '../../../lib/manage/held-view.ts';
import { newLink } from '../../../lib/sync/fold.ts';
import type { Link } from '../../../lib/sync/link.ts';
import { evidenceOfLoss } from '../../../lib/sync/loss-evidence.ts';
import type { LossKind } from '../../../lib/sync/losses.ts';

const LINKED: Link = {
  ...newLink('user', '11111111-1111-4111-8111-111111111111', 'r1'),
  appId: 'e1',
  state: 'linked',
};

function actionOn(link: Link, loss: LossKind, evidence: string) {
  const dirty = { reason: 'held' as const, attempts: 0, due: 0, since: 0, loss, evidence };
  return heldObject({ ...link, dirty }, 'disable').map(({ action }) => action);
}

it.each([
  { why: 'the application has switched it off', names: ['active'], is: 'disable-in-entra' },
  { why: 'and cleared more', names: ['title', 'active'], is: 'disable-in-entra' },
])('an account that is to be disabled in Entra, since $why: $is', ({ names, is }) => {
  expect(actionOn(LINKED, 'users', evidenceOfLoss('entra', names))).toEqual([is]);
});

it('says what an administrator is asked about an entry', () => {
  const off = evidenceOfLoss('app', ['active']);
  expect(actionOn(LINKED, 'users', off)).toEqual(['deactivate']);
  const both = `${off}; ${evidenceOfLoss('entra', ['title'])}`;
  expect(actionOn(LINKED, 'users', both)).toEqual(['deactivate']);
  expect(actionOn(LINKED, 'users', 'the rule domains leaves it out')).toEqual(['deactivate']);
  expect(actionOn(LINKED, 'attributes', evidenceOfLoss('entra', ['title']))).toEqual(['clear']);
  const waits = { ...LINKED, givenUp: 'waits' as const };
  expect(actionOn(waits, 'users', 'the application deleted the entry')).toEqual([
    'disable-in-entra',
  ]);
});
