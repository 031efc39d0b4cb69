import { expect, it } from 'vitest';
import { ones, openChance } from './chance.ts';
import { Edits } from './edits.ts';
import { FakeTenant } from './fake-tenant.ts';
import { TENANT_EVENTS, type TenantEvent } from './tenant-events.ts';

/** A group and a user whom nobody has edited yet, and what edits there are from here on. */
function begun() {
  const tenant = new FakeTenant(openChance(ones()), async () => {});
  const edits = new Edits();
  const [group, user] = [tenant.addGroup(), tenant.addUser()];
  edits.skip(tenant);
  const happens = (what: TenantEvent) => {
    TENANT_EVENTS[what](tenant, { a: 0, b: 0 });
    edits.look(tenant);
  };
  return { tenant, edits, group, user, happens };
}

it.each([true, false])(
  'a member who comes back with a group is an edit of Entra, taken away in the application before: %s',
  (isOfApp) => {
    const { tenant, edits, group, user, happens } = begun();
    happens('addMembers');
    if (isOfApp) edits.noteMember(group.id, user.id, false);
    happens('deleteGroup');
    happens('restoreGroup');
    // The sync takes the member away: by the application's word, or by nobody's.
    group.members.delete(user.id);
    expect(edits.lost(tenant)).toHaveLength(isOfApp ? 0 : 1);
  },
);

it('what Entra had set of a group before it went is told when it is back, against what the application sets by then', () => {
  const { tenant, edits, group, happens } = begun();
  for (const what of ['renameGroup', 'deleteGroup', 'restoreGroup'] as const) happens(what);
  edits.note(group.id, 'displayName', 'of the application');
  expect(edits.lost(tenant)).toEqual([]);
});

it('nor is it unsaid that Entra had disabled a user who is restored', () => {
  const { tenant, edits, user, happens } = begun();
  for (const what of ['enableOrDisable', 'deleteUser', 'restoreUser'] as const) happens(what);
  edits.note(user.id, 'active', 'true');
  expect(edits.lost(tenant)).toEqual([]);
});

it('of what both sides had set of a group before it went either may stay when it is back', () => {
  const { tenant, edits, group, happens } = begun();
  happens('renameGroup');
  edits.note(group.id, 'displayName', 'of the application');
  for (const what of ['deleteGroup', 'restoreGroup'] as const) happens(what);
  // The sync is throttled, and writes it only now.
  group.displayName = 'of the application';
  expect(edits.lost(tenant)).toEqual([]);
});

it('what Entra has set stands, unread, against what the application gives to the next entry', () => {
  const { tenant, edits, group, happens } = begun();
  happens('renameGroup');
  edits.giveUp(group.id, false);
  edits.note(group.id, 'displayName', 'of the application');
  expect(edits.lost(tenant)).toEqual([]);
});
