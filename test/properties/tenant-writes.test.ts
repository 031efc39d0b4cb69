import { expect, it } from 'vitest';
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
