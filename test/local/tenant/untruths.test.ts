import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/tenant/faults.ts';
import { type DeltaItem, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
beforeEach(async () => {
  under = await tenantUnderTest({ seed: { users: 40, groups: 4, memberships: 30 }, pageSize: 10 });
});
afterEach(() => under.tenant.close());

const USERS = '/users/delta?$select=displayName,userPrincipalName,mail,jobTitle,manager';
const GROUPS = '/groups/delta?$select=displayName,members';
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const faults = (...list: Fault[]) => under.control('POST faults', list);
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
const live = (items: readonly DeltaItem[]) => items.filter((item) => !('@removed' in item));

async function getByIds(wanted: readonly string[]): Promise<DeltaItem[]> {
  const body = JSON.stringify({ ids: wanted });
  const response = await under.raw('/directoryObjects/getByIds', { method: 'POST', body });
  return ((await response.json()) as { value: DeltaItem[] }).value;
}

/** A group with members, by its id. */
async function anyGroup(): Promise<string> {
  const { items } = await under.round(GROUPS);
  return String(items.find((item) => (item['members@delta'] ?? []).length > 4)?.id);
}

type Reading = () => Promise<readonly DeltaItem[]>;

/** One request for each kind of collection, made ready before anything goes wrong. */
const COLLECTIONS: readonly (readonly [name: string, ready: () => Promise<Reading>])[] = [
  ['lists', async () => async () => (await under.json('/users?$top=20')).value],
  [
    'members',
    async () => {
      const group = await anyGroup();
      return async () => (await under.json(`/groups/${group}/members`)).value;
    },
  ],
  [
    'getByIds',
    async () => {
      const wanted = ids((await under.json('/users?$top=20')).value);
      return () => getByIds(wanted);
    },
  ],
];

describe('foreignPage', () => {
  it('puts another tenant on one page of a delta, its links untouched', async () => {
    const own = await under.round(USERS);
    await faults({ kind: 'foreignPage', route: 'users/delta', after: 1, count: 1 });
    const struck = await under.round(USERS);
    expect(struck.pages.map(({ value }) => value.length)).toEqual(
      own.pages.map(({ value }) => value.length),
    );
    const known = new Set(ids(own.items));
    const strangers = struck.pages.map(({ value }) => value.filter(({ id }) => !known.has(id)));
    expect(strangers.map(({ length }) => length)).toEqual([0, 10, 0, 0, 0]);
    for (const stranger of strangers[1] ?? []) {
      expect(stranger.id).toMatch(GUID);
      expect(stranger.userPrincipalName).toMatch(/@northgate|#EXT#/);
      const [manager] = stranger['manager@delta'] ?? [];
      expect(manager === undefined || !known.has(manager.id)).toBe(true);
    }
    const { id } = await under.control('POST users', {});
    expect(ids((await under.round(struck.deltaLink)).items)).toEqual([id]);
  });

  it('holds foreign groups with foreign members', async () => {
    const own = await under.round(GROUPS);
    const members = (items: readonly DeltaItem[]) =>
      items.flatMap((item) => ids(item['members@delta'] ?? []));
    await faults({ kind: 'foreignPage' });
    const struck = await under.round(GROUPS);
    expect(members(struck.items)).toHaveLength(members(own.items).length);
    const known = new Set([...ids(own.items), ...members(own.items)]);
    const shown = [...ids(struck.items), ...members(struck.items)];
    expect(shown.filter((id) => known.has(id))).toEqual([]);
  });

  it.each(COLLECTIONS)('strikes %s', async (_name, ready) => {
    const read = await ready();
    const own = await read();
    await faults({ kind: 'foreignPage', count: 1 });
    const struck = await read();
    expect(struck.map((item) => Object.keys(item))).toEqual(own.map((item) => Object.keys(item)));
    expect(ids(struck).filter((id) => ids(own).includes(id))).toEqual([]);
    expect(await read()).toEqual(own);
  });
});

describe('emptyAnswer', () => {
  it('ends a full read at once, with a delta link that works', async () => {
    await faults({ kind: 'emptyAnswer' });
    const { pages, deltaLink } = await under.round(USERS);
    expect(pages.map(({ value }) => value)).toEqual([[]]);
    const { id } = await under.control('POST users', {});
    expect(ids((await under.round(deltaLink)).items)).toEqual([id]);
  });

  it('ends a full read on a later page', async () => {
    await faults({ kind: 'emptyAnswer', after: 2, count: 1 });
    expect((await under.round(USERS)).items).toHaveLength(20);
    expect(live((await under.round(USERS)).items)).toHaveLength(40);
  });

  it.each(COLLECTIONS)('empties %s', async (_name, ready) => {
    const read = await ready();
    expect((await read()).length).toBeGreaterThan(0);
    await faults({ kind: 'emptyAnswer' });
    expect(await read()).toEqual([]);
    expect((await under.json('/users'))['@odata.nextLink']).toBeUndefined();
  });
});

describe('partialAnswers', () => {
  it('shows another part of the objects in every full read', async () => {
    const all = ids(live((await under.round(USERS)).items));
    await faults({ kind: 'partialAnswers', share: 60 });
    const rounds = [await under.round(USERS), await under.round(USERS)];
    const parts = rounds.map(({ items }) => new Set(ids(live(items))));
    for (const part of parts) {
      expect(part.size).toBeGreaterThan(10);
      expect(part.size).toBeLessThan(38);
      expect([...part].every((id) => all.includes(id))).toBe(true);
    }
    expect(parts[0]).not.toEqual(parts[1]);
    expect(rounds[0]?.pages.length).toBeGreaterThan(1);
    const { id } = await under.control('POST users', {});
    expect(ids((await under.round(rounds[0]?.deltaLink ?? '')).items)).toEqual([id]);
  });

  it('lets plain reads alone unless told', async () => {
    const wanted = ids((await under.json('/users?$top=40')).value);
    await faults({ kind: 'partialAnswers' });
    expect(await getByIds(wanted)).toHaveLength(40);
    await under.control('DELETE faults');
    await faults({ kind: 'partialAnswers', reads: true });
    const once = ids(await getByIds(wanted));
    const again = ids(await getByIds(wanted));
    expect(once.length).toBeLessThan(40);
    expect(again).not.toEqual(once);
    const page = await under.json('/users?$top=10');
    expect(page.value.length).toBeLessThan(10);
    expect(page['@odata.nextLink']).toBeDefined();
  });
});

describe('lostPermission', () => {
  const keys = (item: object | undefined) => Object.keys(item ?? {}).toSorted();

  it.each<[Partial<Extract<Fault, { kind: 'lostPermission' }>>, object]>([
    [{}, { mail: undefined, jobTitle: undefined }],
    [{ properties: ['mail'] }, { mail: undefined, jobTitle: 'Smith' }],
    [
      { properties: ['mail', 'jobTitle'], mode: 'null' },
      { mail: null, jobTitle: null },
    ],
    [{ properties: ['manager'] }, { mail: 'a@x.example', 'manager@delta': undefined }],
  ])('%j hides properties from deltas', async (how, expected) => {
    const boss = (await under.control('POST users', {})).id;
    const { deltaLink } = await under.round(USERS);
    const values = { displayName: 'Ada', mail: 'a@x.example', jobTitle: 'Smith', manager: boss };
    const { id } = await under.control('POST users', values);
    await faults({ kind: 'lostPermission', ...how });
    const [item] = (await under.round(deltaLink)).items;
    expect(item).toMatchObject({ id, displayName: 'Ada' });
    for (const [name, value] of Object.entries(expected)) expect(item?.[name]).toBe(value);
    await under.control(`DELETE users/${String(id)}`);
    expect(await under.round(deltaLink)).toMatchObject({
      items: [{ id, '@removed': { reason: 'changed' } }],
    });
  });

  it('hides them from lists, single reads and getByIds', async () => {
    const [user] = (await under.json('/users')).value;
    await faults({ kind: 'lostPermission' });
    const kept = ['displayName', 'id', 'userPrincipalName'];
    expect(keys((await under.json('/users')).value[0])).toEqual(kept);
    expect(keys(await under.json(`/users/${String(user?.id)}`))).toEqual([
      '@odata.context',
      ...kept,
    ]);
    expect(keys((await getByIds([String(user?.id)]))[0])).toEqual(['@odata.type', ...kept]);
  });
});
