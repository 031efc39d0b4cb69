import { describe, expect, it } from 'vitest';
import type { Item } from '../../lib/sync/entry.ts';
import { openChance } from './chance.ts';
import { FakeTenant } from './fake-tenant.ts';
import { TENANT_EVENTS } from './tenant-events.ts';

async function readAll(tenant: FakeTenant, ids: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of tenant.read(tenant.kindOf(ids[0] ?? ''), ids)) items.push(...page);
  return items;
}

function* numbers(): Generator<number> {
  for (let number = 7; ; number += 5) yield number;
}

describe('a fake tenant, read by id', () => {
  const open = () => new FakeTenant(openChance(numbers()), async () => {});

  it('tells who lies in the bin, by kind', async () => {
    const tenant = open();
    const [live, soft, purged] = [tenant.addUser(), tenant.addUser(), tenant.addUser()];
    soft.life = 'soft';
    purged.life = 'purged';
    const ids = [live.id, soft.id, purged.id];
    expect(await tenant.restorable('user', ids)).toEqual(new Set([soft.id]));
    expect(await tenant.restorable('group', ids)).toEqual(new Set());
    expect(await tenant.alive('user', ids)).toEqual(new Set([live.id]));
  });

  it('shows living members of living groups, in slices', async () => {
    const tenant = open();
    const group = tenant.addGroup();
    const users = Array.from({ length: 9 }, () => tenant.addUser());
    for (const { id } of users) group.members.add(id);
    const [gone, ...rest] = users.map(({ id }) => id);
    for (const user of users) if (user.id === gone) user.life = 'soft';
    expect(await tenant.members(group.id, [...rest, gone ?? '', 'x'])).toEqual(new Set(rest));
    const items = await readAll(tenant, [group.id, 'x']);
    expect(items.flatMap(({ members = [] }) => members.map(({ id }) => id))).toEqual(rest);
    expect(items.length).toBeGreaterThan(1);
    expect(items.map(({ properties }) => Object.keys(properties).length > 0)).toEqual(
      items.map((_, at) => at === 0),
    );
    group.life = 'soft';
    expect(await tenant.members(group.id, rest)).toEqual(new Set());
    expect(await readAll(tenant, [group.id])).toEqual([]);
  });

  it('shows living managers of living users', async () => {
    const tenant = open();
    const [user, chief] = [tenant.addUser(), tenant.addUser()];
    expect(await readAll(tenant, [user.id])).toMatchObject([{ id: user.id, manager: null }]);
    user.manager = chief.id;
    expect(await tenant.managers([user.id, chief.id])).toEqual(new Map([[user.id, chief.id]]));
    expect(await readAll(tenant, [user.id])).toMatchObject([{ manager: chief.id }]);
    chief.life = 'soft';
    expect((await tenant.managers([user.id])).size).toBe(0);
  });
});

describe('the feed of a fake tenant', () => {
  const picks = { a: 0, b: 0 };
  const open = () => new FakeTenant(openChance(numbers()), async () => {});

  async function follow(tenant: FakeTenant, from: string | null) {
    const ids: string[] = [];
    for (let link = from; ; ) {
      const { items, nextLink, deltaLink } = await tenant.readPage('user', link);
      ids.push(...items.filter(({ removed }) => !removed).map(({ id }) => id));
      if (nextLink === undefined) return { ids, link: deltaLink ?? null };
      link = nextLink;
    }
  }

  it('shows once more who was shown and deleted, and nobody else', async () => {
    const tenant = open();
    const known = tenant.addUser();
    const { link } = await follow(tenant, null);
    TENANT_EVENTS.deleteUser(tenant, picks);
    TENANT_EVENTS.replayUser(tenant, picks);
    const later = await follow(tenant, link);
    expect(later.ids.at(-1)).toBe(known.id);
    known.life = 'purged';
    tenant.addUser();
    TENANT_EVENTS.deleteUser(tenant, picks);
    TENANT_EVENTS.replayUser(tenant, picks);
    const { ids } = await follow(tenant, later.link);
    // As it was made, and no more.
    expect(ids.filter((id) => id !== known.id)).toHaveLength(1);
  });
});
