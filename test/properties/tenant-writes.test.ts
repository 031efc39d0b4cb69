import { expect, it } from 'vitest';
import type { Item } from '../../lib/sync/entry.ts';
import { ones, openChance } from './chance.ts';
import { FakeTenant } from './fake-tenant.ts';
import { TenantWrites } from './tenant-writes.ts';

const MINUTE = 60_000;

it.each([1, 60])(
  'what was written over long ago is shown by no page: %i minutes',
  async (minutes) => {
    let now = 0;
    const step = async () => {};
    const chance = openChance(ones());
    const tenant = new FakeTenant(chance, step);
    const writes = new TenantWrites(tenant, { step, chance, now: () => now, took: () => {} });
    const [group, user] = [tenant.addGroup(), tenant.addUser()];
    const pairs = [{ groupId: group.id, memberId: user.id }];
    await writes.addMembers(pairs);
    await writes.removeMembers(pairs);
    now = minutes * MINUTE;
    // The page has yet to tell that the membership had begun.
    const members = [{ id: user.id, kind: 'user' as const, removed: false }];
    const item = { kind: 'group' as const, id: group.id, properties: {}, members };
    expect(tenant.showing(item).members).toMatchObject([{ removed: minutes > 10 }]);
  },
);

it.each([0, 1])(
  'what was written over long ago is not shown after a later write: chance %i',
  async (n) => {
    let now = 0;
    const step = async () => {};
    const chance = openChance(Array.from({ length: 100 }, () => n).values());
    const tenant = new FakeTenant(chance, step);
    const writes = new TenantWrites(tenant, { step, chance, now: () => now, took: () => {} });
    const { id } = tenant.addUser();
    const item = (displayName: string): Item => ({ kind: 'user', id, properties: { displayName } });
    const write = (displayName: string) =>
      writes.update([{ kind: 'user', id, properties: { displayName } }]);
    tenant.showing(item('u0'));
    writes.isStale = true;
    await write('first');
    now = 30 * MINUTE;
    await write('second');
    // Neither by a replica that lags (chance 0), nor by an item that is repeated.
    const shown = ['u0', 'first', 'second'].map((name) => tenant.showing(item(name)).properties);
    expect(shown.map(({ displayName }) => displayName)).toEqual(['second', 'first', 'second']);
  },
);

it('a manager who was written over long ago is not shown after a later write', async () => {
  let now = 0;
  const step = async () => {};
  const chance = openChance(ones());
  const tenant = new FakeTenant(chance, step);
  const writes = new TenantWrites(tenant, { step, chance, now: () => now, took: () => {} });
  const [user, first, second] = [tenant.addUser(), tenant.addUser(), tenant.addUser()];
  const { id } = user;
  const item = (manager: string | null): Item => ({ kind: 'user', id, properties: {}, manager });
  await writes.setManagers([{ userId: id, managerId: first.id }], 'low');
  now = 30 * MINUTE;
  await writes.setManagers([{ userId: id, managerId: second.id }], 'low');
  const shown = [null, first.id].map((manager) => tenant.showing(item(manager)).manager);
  expect(shown).toEqual([second.id, first.id]);
});
