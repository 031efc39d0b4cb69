import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeFeed, Page } from '../../lib/ports/entra.ts';
import type { Item, Kind } from '../../lib/sync/entry.ts';
import { type EntraTenant, reader, startEntraTenant, stranger } from './entra-tenant.ts';

const seed = { users: 60, groups: 20, memberships: 300 };

let tenant: EntraTenant;

beforeEach(async () => {
  tenant = await startEntraTenant(seed);
});
afterEach(() => tenant.close());

/** Reads a round to its end. */
async function round(feed: ChangeFeed, kind: Kind, from: string | null = null) {
  const pages: Page[] = [];
  let link = from;
  for (;;) {
    const page = await feed.readPage(kind, link);
    pages.push(page);
    if (page.deltaLink !== undefined)
      return {
        pages: pages.length,
        items: pages.flatMap((each) => each.items),
        next: page.deltaLink,
      };
    link = page.nextLink ?? '';
  }
}

const living = (items: readonly Item[]) =>
  new Set(items.filter((item) => !item.removed).map((item) => item.id));

const membersOf = (items: readonly Item[], groupId: string) =>
  items.flatMap(({ id, members = [] }) => (id === groupId ? members.map((each) => each.id) : []));

describe('a first round', () => {
  it('brings every user, with managers', async () => {
    const { items, pages } = await round(tenant.open(), 'user');
    expect(living(items).size).toBe(seed.users);
    expect(pages).toBeGreaterThanOrEqual(7);
    expect(tenant.requests()).toBe(pages);
    const managers = items.flatMap(({ manager }) => (typeof manager === 'string' ? [manager] : []));
    expect(managers.length).toBeGreaterThan(0);
    expect(managers.every((id) => living(items).has(id))).toBe(true);
    const names = new Set(items.flatMap((item) => Object.keys(item.properties)));
    expect([...names]).toEqual(expect.arrayContaining(['userPrincipalName', 'accountEnabled']));
    expect([...names].filter((name) => name.includes('@'))).toEqual([]);
  });

  it('brings every group and, in slices, every membership', async () => {
    const { items } = await round(tenant.open(), 'group');
    expect(living(items).size).toBe(seed.groups);
    const edges = items.flatMap(({ id, members = [] }) =>
      members.map((each) => `${id} ${each.id}`),
    );
    const others = items.reduce((sum, item) => sum + (item.otherMembers ?? 0), 0);
    expect(new Set(edges).size + others).toBe(seed.memberships);
    expect(items.length).toBeGreaterThan(seed.groups);
  });

  it('is the same with repetitions and empty pages', async () => {
    const plain = await round(tenant.open(), 'user');
    await tenant.control('POST faults', [{ kind: 'duplicate' }, { kind: 'emptyPages' }]);
    const odd = await round(tenant.open(), 'user');
    expect(odd.items.length).toBeGreaterThan(plain.items.length);
    expect(living(odd.items)).toEqual(living(plain.items));
  });
});

describe('a later round', () => {
  it('costs one request and brings nothing where nothing happened', async () => {
    const feed = tenant.open();
    const { next } = await round(feed, 'user');
    tenant.resetRequests();
    const later = await round(feed, 'user', next);
    expect([later.items, tenant.requests()]).toEqual([[], 1]);
    expect(later.next).not.toBe(next);
  });

  it('brings what changed: a name, a cleared one, a deletion, a return, a purge', async () => {
    const feed = tenant.open();
    const { items, next } = await round(feed, 'user');
    const [a = '', b = '', c = ''] = living(items);
    await tenant.control(`PATCH users/${a}`, { displayName: 'New Name', department: null });
    await tenant.control(`DELETE users/${b}`);
    await tenant.control(`DELETE users/${c}?hard=true`);
    const second = await round(feed, 'user', next);
    const said = (id: string) => second.items.filter((item) => item.id === id).at(-1);
    expect(said(a)?.properties).toMatchObject({ displayName: 'New Name', department: null });
    expect(said(b)?.removed).toBe('changed');
    expect(said(c)?.removed).toBe('deleted');
    await tenant.control(`POST users/${b}/restore`, {});
    const third = await round(feed, 'user', second.next);
    expect(third.items.map(({ id, removed }) => [id, removed])).toEqual([[b, undefined]]);
  });

  it('brings membership changes alone', async () => {
    const feed = tenant.open();
    const groups = await round(feed, 'group');
    const users = living((await round(feed, 'user')).items);
    const isOfPeople = (item: Item) =>
      item.members?.[0]?.kind === 'user' && membersOf(groups.items, item.id).length < 20;
    const group = groups.items.find(isOfPeople);
    const groupId = group?.id ?? '';
    const leaver = group?.members?.[0]?.id ?? '';
    const known = new Set(membersOf(groups.items, groupId));
    const joiner = [...users].find((id) => !known.has(id)) ?? '';
    await tenant.control(`DELETE groups/${groupId}/members/${leaver}`);
    await tenant.control(`POST groups/${groupId}/members`, { ids: [joiner] });
    const { items } = await round(feed, 'group', groups.next);
    expect(items.map(({ id }) => id)).toEqual([groupId]);
    expect(items[0]?.members?.toSorted((a) => (a.removed ? -1 : 1))).toEqual([
      { id: leaver, kind: 'user', removed: true },
      { id: joiner, kind: 'user', removed: false },
    ]);
  });
});

describe('who is alive', () => {
  it('is told by kind, without the deleted, for two resource units', async () => {
    const feed = tenant.open();
    const users = [...living((await round(feed, 'user')).items)];
    const groups = [...living((await round(feed, 'group')).items)];
    const [soft = '', hard = '', ...rest] = users;
    await tenant.control(`DELETE users/${soft}`);
    await tenant.control(`DELETE users/${hard}?hard=true`);
    await tenant.control('POST reset');
    const nobody = '99999999-0000-4000-8000-000000000000';
    const asked = [...users, ...groups, nobody];
    expect(await feed.alive('user', asked)).toEqual(new Set(rest));
    expect(await feed.alive('group', asked)).toEqual(new Set(groups));
    expect(await tenant.control('GET stats')).toMatchObject({
      requests: 2,
      resourceUnits: 4,
      writes: 0,
    });
  });
});

describe('the end of a checkpoint', () => {
  it.each(['400', '410'])('is seen in a %s', async (status) => {
    const feed = tenant.open();
    const { next } = await round(feed, 'user');
    await tenant.control('POST faults', { kind: 'expiredDelta', status });
    tenant.resetRequests();
    await expect(feed.readPage('user', next)).rejects.toMatchObject({ code: 'checkpoint-expired' });
    expect(tenant.requests()).toBe(1);
  });

  it('comes after a week', async () => {
    const feed = tenant.open();
    const { next } = await round(feed, 'user');
    await tenant.control('POST clock', { advanceSeconds: 8 * 24 * 3600 });
    await expect(feed.readPage('user', next)).rejects.toMatchObject({ code: 'checkpoint-expired' });
  });

  it('is concluded from a token that nobody can read, after asking twice', async () => {
    const link = `${tenant.baseUrl}/v1.0/users/delta?$deltatoken=scrambled`;
    await expect(tenant.open().readPage('user', link)).rejects.toMatchObject({
      code: 'checkpoint-expired',
    });
    expect(tenant.requests()).toBe(2);
  });
});

describe('trouble', () => {
  it.each(['throttle', 'unavailable'])('that passes is waited out: %s', async (kind) => {
    await tenant.control('POST faults', { kind, count: 2, retryAfterSeconds: 1.5 });
    expect((await tenant.open().readPage('user', null)).items).toHaveLength(9);
    expect(tenant.requests()).toBe(3);
  });

  it.each([
    ['throttle', { retryAfterSeconds: 120 }, 'throttled'],
    ['unavailable', {}, 'unavailable'],
    ['badSchema', {}, 'bad-answer'],
    ['foreignNextLink', {}, 'bad-link'],
  ])('that stays is reported: %s', async (kind, more, code) => {
    await tenant.control('POST faults', { kind, ...more });
    await expect(tenant.open().readPage('user', null)).rejects.toMatchObject({ code });
  });

  it('with the credential is told from trouble with permissions', async () => {
    const wrong = tenant.open({ ...reader, secret: 'another' });
    await expect(wrong.readPage('user', null)).rejects.toMatchObject({
      code: 'credential-refused',
      message: expect.stringContaining('AADSTS7000215'),
    });
    await expect(tenant.open(stranger).readPage('user', null)).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('Authorization_RequestDenied'),
    });
  });
});
