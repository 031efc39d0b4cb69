import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeFeed } from '../../lib/ports/entra.ts';
import type { Item, Kind } from '../../lib/sync/entry.ts';
import { type EntraTenant, startEntraTenant, stranger } from './entra-tenant.ts';

const nobody = '99999999-0000-4000-8000-000000000000';

let tenant: EntraTenant;
let feed: ChangeFeed;

beforeEach(async () => {
  tenant = await startEntraTenant({ users: 60, groups: 20, memberships: 300 });
  feed = tenant.open();
});
afterEach(() => tenant.close());

async function readAll(kind: Kind, ids: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of feed.read(kind, ids)) items.push(...page);
  return items;
}

/** All that a first round says of each object, put together. */
async function roundOf(kind: Kind): Promise<Map<string, Item>> {
  const objects = new Map<string, Item>();
  for (let link: string | null | undefined = null; link !== undefined; ) {
    const page = await feed.readPage(kind, link);
    for (const item of page.items)
      if (!item.removed) objects.set(item.id, together(objects.get(item.id), item));
    link = page.nextLink;
  }
  return objects;
}

function together(before: Item | undefined, { members = [], ...item }: Item): Item {
  const properties = { ...before?.properties, ...item.properties };
  return { ...before, ...item, properties, members: [...(before?.members ?? []), ...members] };
}

const isSet = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0);

const memberIds = (item: Item | undefined) => (item?.members ?? []).map(({ id }) => id).sort();

/** A new group with so many users of the tenant. */
async function makeGroup(count: number): Promise<{ id: string; members: string[] }> {
  const { id } = (await tenant.control('POST groups', { displayName: 'Made' })) as { id: string };
  const members = (await tenant.ids('user')).slice(0, count);
  await tenant.control(`POST groups/${id}/members`, { ids: members });
  return { id, members };
}

/** Forgets what was counted, so that a test counts its own. */
async function reset(): Promise<void> {
  await tenant.control('POST reset');
  tenant.resetRequests();
}

describe('who can be restored', () => {
  it('is told by kind: the soft-deleted alone, 20 a request and one unit each', async () => {
    const users = await tenant.ids('user');
    const groups = await tenant.ids('group');
    const [soft = '', hard = '', other = ''] = users;
    await tenant.control(`DELETE users/${soft}`);
    await tenant.control(`DELETE users/${other}`);
    await tenant.control(`DELETE users/${hard}?hard=true`);
    await reset();
    const asked = [...users, ...groups, nobody];
    expect(await feed.restorable('user', asked)).toEqual(new Set([soft, other]));
    expect(await tenant.control('GET stats')).toMatchObject({ requests: 5, writes: 0 });
    expect(await feed.restorable('group', [soft, ...groups])).toEqual(new Set());
  });

  it('ends with the return and with the purge', async () => {
    const [back = '', gone = ''] = await tenant.ids('user');
    for (const id of [back, gone]) await tenant.control(`DELETE users/${id}`);
    expect((await feed.restorable('user', [back, gone])).size).toBe(2);
    await tenant.control(`POST users/${back}/restore`, {});
    await tenant.control(`DELETE users/${gone}?hard=true`);
    expect(await feed.restorable('user', [back, gone])).toEqual(new Set());
  });
});

describe('members', () => {
  it('are found without their deleted ones', async () => {
    const { id, members } = await makeGroup(3);
    const [first = '', second = '', third = ''] = members;
    await tenant.control(`DELETE users/${second}`);
    const asked = [first, second, third, nobody];
    expect(await feed.members(id, asked)).toEqual(new Set([first, third]));
    await tenant.control(`DELETE groups/${id}/members/${third}`);
    expect(await feed.members(id, asked)).toEqual(new Set([first]));
  });

  it('are none in a group that is gone', async () => {
    const { id, members } = await makeGroup(1);
    expect((await feed.members(id, members)).size).toBe(1);
    await tenant.control(`DELETE groups/${id}?hard=true`);
    expect(await feed.members(id, members)).toEqual(new Set());
    expect(await feed.members(nobody, members)).toEqual(new Set());
  });
});

describe('managers', () => {
  it('are those of a first round, 20 users a request and one unit each', async () => {
    const users = await roundOf('user');
    const told = [...users].flatMap(([id, { manager }]): [string, string][] =>
      manager ? [[id, manager]] : [],
    );
    await reset();
    const managers = await feed.managers([...users.keys(), nobody]);
    expect(managers).toEqual(new Map(told));
    expect(managers.size).toBeGreaterThan(5);
    expect(tenant.requests()).toBe(4);
    const { resourceUnits } = (await tenant.control('GET stats')) as { resourceUnits: number };
    expect(resourceUnits).toBe(users.size + 1);
  });

  it('are missing where they are taken away or deleted', async () => {
    const [[user = '', chief = ''] = []] = await feed.managers(await tenant.ids('user'));
    await tenant.control(`DELETE users/${chief}`);
    expect((await feed.managers([user])).size).toBe(0);
    await tenant.control(`POST users/${chief}/restore`, {});
    expect(await feed.managers([user])).toEqual(new Map([[user, chief]]));
    await tenant.control(`PATCH users/${user}`, { manager: null });
    expect((await feed.managers([user])).size).toBe(0);
  });
});

describe('reading by id', () => {
  it('says of users what a first round says, and null where nothing was ever said', async () => {
    const users = await roundOf('user');
    const items = await readAll('user', [...users.keys(), nobody]);
    expect(items).toHaveLength(users.size);
    for (const { id, manager, properties } of items) {
      const told = users.get(id);
      expect(properties).toMatchObject(told?.properties ?? {});
      expect(manager).toBe(told?.manager ?? null);
      const unsaid = Object.keys(properties).filter((name) => told?.properties[name] === undefined);
      expect(unsaid.map((name) => properties[name]).filter(isSet)).toEqual([]);
    }
  });

  it('says of groups what a first round says', async () => {
    const groups = await roundOf('group');
    await reset();
    const items = await readAll('group', [...groups.keys(), nobody]);
    expect(items.map(({ id }) => id).sort()).toEqual([...groups.keys()].sort());
    for (const item of items) {
      const told = groups.get(item.id);
      expect(item.properties).toMatchObject(told?.properties ?? {});
      expect(memberIds(item)).toEqual(memberIds(told));
      expect(item.members?.some(({ removed }) => removed)).toBe(false);
    }
    // 21 groups are two requests, their members one: nobody asks after those of no group.
    expect(tenant.requests()).toBe(3);
  });

  it('leaves out the deleted', async () => {
    const [user = '', other = ''] = await tenant.ids('user');
    await tenant.control(`DELETE users/${user}`);
    expect((await readAll('user', [user, other])).map(({ id }) => id)).toEqual([other]);
  });
});

describe('trouble with a part of a batch', () => {
  it.each([
    ['throttle', 'throttled'],
    ['unavailable', 'unavailable'],
  ])('is waited out, and reported where it stays: %s', async (kind, code) => {
    const users = (await tenant.ids('user')).slice(0, 20);
    await reset();
    const fault = { kind, route: '/manager', retryAfterSeconds: 1.5 };
    await tenant.control('POST faults', [{ ...fault, count: 23 }]);
    const managers = await feed.managers(users);
    expect(tenant.requests()).toBe(3);
    expect(await tenant.control('GET stats')).toMatchObject({ requests: 3, batchItems: 43 });
    await tenant.control('POST faults', [fault]);
    await expect(feed.managers(users)).rejects.toMatchObject({ code, retryAfterSeconds: 1.5 });
    await tenant.control('DELETE faults');
    expect(await feed.managers(users)).toEqual(managers);
  });

  it('with permissions is reported', async () => {
    const [user = ''] = await tenant.ids('user');
    await tenant.control(`DELETE users/${user}`);
    const refused = tenant.open(stranger);
    const failure = { code: 'access-denied' };
    await expect(refused.restorable('user', [user])).rejects.toMatchObject(failure);
    await expect(refused.managers([user])).rejects.toMatchObject(failure);
    await expect(refused.members(user, [user])).rejects.toMatchObject(failure);
    await expect(refused.read('user', [user]).next()).rejects.toMatchObject(failure);
  });
});

describe('a large group', () => {
  const size = 2_100;
  let group: { id: string; members: string[] };

  beforeEach(async () => {
    await tenant.close();
    tenant = await startEntraTenant({ users: size, groups: 20, memberships: 300 }, 500);
    feed = tenant.open();
    group = await makeGroup(size);
    await reset();
  });

  it('is searched in as many pages as it takes', async () => {
    const { id, members } = group;
    const early = members.slice(0, 5);
    expect(await feed.members(id, early)).toEqual(new Set(early));
    expect(await tenant.control('GET stats')).toMatchObject({ requests: 1, resourceUnits: 2 });
    expect((await feed.members(id, [...members, nobody])).size).toBe(size);
    expect(await tenant.control('GET stats')).toMatchObject({ requests: 4, resourceUnits: 8 });
  });

  it('is read in slices, at a request a page', async () => {
    const items = await readAll('group', [group.id]);
    expect(items.map((item) => item.members?.length)).toEqual([999, 999, 102]);
    expect(items.flatMap(memberIds).sort()).toEqual(group.members.sort());
    const names = items.map(({ properties }) => properties.displayName);
    expect(names).toEqual(['Made', undefined, undefined]);
    expect(await tenant.control('GET stats')).toMatchObject({ requests: 4, resourceUnits: 7 });
  });

  it('is not read over a foreign link, nor from a broken page', async () => {
    const strike = { route: '/members', count: 1 };
    await tenant.control('POST faults', { kind: 'foreignNextLink', ...strike });
    await expect(feed.members(group.id, [nobody])).rejects.toMatchObject({ code: 'bad-link' });
    await tenant.control('POST faults', { kind: 'foreignNextLink', ...strike });
    await expect(readAll('group', [group.id])).rejects.toMatchObject({ code: 'bad-link' });
    await tenant.control('POST faults', { kind: 'badSchema', ...strike });
    await expect(feed.members(group.id, [nobody])).rejects.toMatchObject({ code: 'bad-answer' });
    await tenant.control('POST faults', { kind: 'badSchema', ...strike });
    await expect(readAll('group', [group.id])).rejects.toMatchObject({ code: 'bad-answer' });
  });
});
