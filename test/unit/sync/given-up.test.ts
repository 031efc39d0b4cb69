import { describe, expect, it } from 'vitest';
import { fold, newLink } from '../../../lib/sync/fold.ts';
import { bereft, deletionOf, givenUp, wantedAgain } from '../../../lib/sync/given-up.ts';
import type { Link } from '../../../lib/sync/link.ts';
import { lossOfRemoval, reconcile } from '../../../lib/sync/reconcile.ts';
import { compileRules } from '../../../lib/sync/rules/compile.ts';
import { ruleSettingsSchema } from '../../../lib/sync/rules/settings.ts';
import { NO_ROLES, standingOf } from '../../../lib/sync/rules/standing.ts';

const rulesWith = (users: object) =>
  compileRules(
    ruleSettingsSchema.parse({
      users: { aliases: null, export: true, ...users },
      groups: { withoutMail: true, export: true, exportDeletion: 'delete' },
    }),
  );
const DISABLE = rulesWith({});
const DELETE = rulesWith({ exportDeletion: 'delete' });
const KEEP = rulesWith({ exportDeletion: 'keep' });
const NO_EXPORT = rulesWith({ export: false });
const DOMAIN = rulesWith({ domains: ['elsewhere.example'] });

const half = { active: true, attributes: { userName: 'ada@contoso.com' } };
const PROPERTIES = { userPrincipalName: 'ada@contoso.com', accountEnabled: true };
const tied: Link = {
  ...newLink('user', 'e1', 'r'),
  appId: 'a1',
  state: 'linked',
  seen: { properties: PROPERTIES },
  agreed: { entra: half, app: half },
};
const seen = (more: object): Link['seen'] => ({ properties: { ...PROPERTIES, ...more } });
const lost = bereft(tied);
const disabled = givenUp(lost, 'disable', 0);
const deleted = givenUp(lost, 'delete', 0);

function decide(link: Link, rules = DISABLE) {
  const object = { kind: link.kind, id: link.entraId, properties: link.seen.properties };
  const context = { now: 0, random: () => 0 };
  return reconcile(link, rules, standingOf(object, rules, NO_ROLES), { context });
}

describe('an entry that the application has deleted', () => {
  it.each([
    ['disables the account', lost, DISABLE, { do: 'remove', why: { inEntra: 'disable' } }],
    ['deletes the user', lost, DELETE, { do: 'remove', why: { inEntra: 'delete' } }],
    ['is looked for, and made again', lost, KEEP, { do: 'compare' }],
    ['is looked for where nothing is exported', lost, NO_EXPORT, { do: 'compare' }],
    [
      'says nothing of who takes no part',
      lost,
      DOMAIN,
      { do: 'remove', why: { left: 'users.domains' } },
    ],
    [
      'says nothing where Entra has deleted the object too',
      { ...lost, seen: { ...tied.seen, removed: 'changed' as const } },
      DISABLE,
      { do: 'remove', why: { gone: 'changed' } },
    ],
    ['makes no entry of a disabled account', disabled, DISABLE, { do: 'nothing' }],
    [
      'until somebody enables it',
      { ...disabled, seen: seen({ accountEnabled: true }) },
      DISABLE,
      { do: 'create' },
    ],
    ['makes no entry of a deleted user', deleted, DELETE, { do: 'nothing' }],
    [
      'nor of one that a replica still shows',
      { ...deleted, seen: seen({}) },
      DELETE,
      { do: 'nothing' },
    ],
    ['until an administrator wants it', wantedAgain(deleted), DELETE, { do: 'create' }],
  ])('%s', (_, link, rules, decision) => {
    expect(decide(link, rules)).toMatchObject(decision);
  });

  it('counts as a loss, unless the account is disabled already', () => {
    const loss = (link: Link) => {
      const decision = decide(link);
      return decision.do === 'remove' ? lossOfRemoval(link, decision) : 'nothing';
    };
    expect(loss(lost)).toBe('users');
    expect(loss({ ...lost, seen: seen({ accountEnabled: false }) })).toBeUndefined();
  });

  it('counts only where both were in step', () => {
    expect(bereft({ ...tied, state: 'removed' }).givenUp).toBeNull();
    expect(deletionOf(DISABLE, 'group')).toBe('delete');
    expect(deletionOf(NO_EXPORT, 'user')).toBe('keep');
  });

  it('is over when the object is found by its id long after, or shown as removed', () => {
    const context = { runId: 'r2', alive: true, now: 0 };
    const item = { kind: 'user' as const, id: 'e1', properties: {} };
    expect(fold(deleted, item, context)?.givenUp).toBeNull();
    expect(fold(disabled, item, context)).toBe(disabled);
    const removed = fold(deleted, { ...item, removed: 'changed' }, context);
    expect(decide(removed ?? deleted, DELETE)).toMatchObject({ why: { gone: 'changed' } });
  });

  it('keeps what was known, with what was sent', () => {
    expect(disabled).toMatchObject({
      appId: null,
      state: 'unlinked',
      seen: { properties: { accountEnabled: false }, sent: { accountEnabled: { before: [true] } } },
    });
  });
});
