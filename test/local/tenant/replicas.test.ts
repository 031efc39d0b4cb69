import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/tenant/faults.ts';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
beforeEach(async () => {
  under = await tenantUnderTest({ seed: { users: 10, groups: 2, memberships: 10 }, pageSize: 4 });
});
afterEach(() => under.tenant.close());

const USERS = '/users/delta?$select=displayName,userPrincipalName,jobTitle';
const GROUPS = '/groups/delta?$select=displayName,members';
const faults = (...list: Fault[]) => under.control('POST faults', list);
const wait = (advanceSeconds: number) => under.control('POST clock', { advanceSeconds });

let people = 0;
async function newUser(values: object = {}): Promise<string> {
  people += 1;
  const name = { displayName: 'Ada Quill', userPrincipalName: `ada${String(people)}@x.example` };
  return String((await under.control('POST users', { ...name, ...values })).id);
}

/** What so many readings give, each value once. */
async function seen<T>(readings: number, read: () => Promise<T>): Promise<Set<T>> {
  const values = new Set<T>();
  for (let number = 0; number < readings; number += 1) values.add(await read());
  return values;
}

describe('replicas that lag each by a time of its own', () => {
  it('contradict each other until the slowest has caught up', async () => {
    const id = await newUser({ jobTitle: 'Smith' });
    await faults({ kind: 'lag', replicas: 3, seconds: 60, reads: true });
    await under.control(`PATCH users/${id}`, { jobTitle: 'Clerk' });
    const fresh = await newUser();
    const title = async () =>
      (await under.round(USERS)).items.find((item) => item.id === id)?.jobTitle;
    const read = async () => (await under.raw(`/users/${fresh}`)).status;
    expect(await seen(20, title)).toEqual(new Set(['Smith', 'Clerk']));
    expect(await seen(20, read)).toEqual(new Set([200, 404]));
    await wait(61);
    expect(await seen(20, title)).toEqual(new Set(['Clerk']));
    expect(await seen(20, read)).toEqual(new Set([200]));
  });

  it('leave plain reads alone unless told', async () => {
    await faults({ kind: 'lag', replicas: 2, seconds: 60 });
    const fresh = await newUser();
    expect(await seen(10, async () => (await under.raw(`/users/${fresh}`)).status)).toEqual(
      new Set([200]),
    );
  });

  it('show members, removals and restorations as they were', async () => {
    const [id, other] = [await newUser(), await newUser()];
    const group = String((await under.control('POST groups', { displayName: 'Ropes' })).id);
    await under.control(`POST groups/${group}/members`, { id });
    await faults({ kind: 'lag', replicas: 1, seconds: 60, reads: true });
    await under.control(`DELETE groups/${group}/members/${id}`);
    await under.control(`POST groups/${group}/members`, { id: other });
    await under.control(`DELETE users/${other}`);
    const members = async () => {
      const { items } = await under.round(GROUPS);
      return items.find((item) => item.id === group)?.['members@delta']?.map((item) => item.id);
    };
    const listed = async () =>
      (await under.json(`/groups/${group}/members`)).value.map((item) => item.id);
    expect([await members(), await listed()]).toEqual([[id], [id]]);
    expect((await under.raw(`/users/${other}`)).status).toBe(200);
    await wait(61);
    expect([await members(), await listed()]).toEqual([[other], []]);
    expect((await under.raw(`/users/${other}`)).status).toBe(404);
  });

  it('lose no change behind a delta link, whoever gave it and whoever takes it', async () => {
    let link = (await under.round(USERS)).deltaLink;
    const titles = new Map<string, unknown>();
    const read = async () => {
      const { items, deltaLink } = await under.round(link);
      for (const item of items) titles.set(item.id, item.jobTitle);
      link = deltaLink;
    };
    await faults({ kind: 'lag', replicas: 2, seconds: 30 });
    const staff = await Promise.all(Array.from({ length: 9 }, () => newUser()));
    for (let step = 0; step < 10; step += 1) {
      const jobTitle = `Job ${String(step)}`;
      await Promise.all(staff.map((id) => under.control(`PATCH users/${id}`, { jobTitle })));
      // The pages of this round come from either replica.
      await read();
      await wait(31);
      await read();
      expect(staff.map((id) => titles.get(id))).toEqual(staff.map(() => jobTitle));
    }
  });
});

describe('a stale replay', () => {
  it.each([
    ['soft-deleted', ''],
    ['purged', '?hard=true'],
  ])('shows a %s user once more as it was', async (_name, how) => {
    const name = { displayName: 'Bo Reed', userPrincipalName: 'bo@haldenworks.example' };
    const id = await newUser({ ...name, jobTitle: 'Smith' });
    const first = await under.round(USERS);
    await under.control(`DELETE users/${id}${how}`);
    await faults({ kind: 'replay', stale: true, count: 2 });
    const gone = await under.round(first.deltaLink);
    expect(gone.items).toMatchObject([{ id, '@removed': {} }]);
    const back = await under.round(gone.deltaLink);
    expect(back.items).toEqual([{ id, ...name, jobTitle: 'Smith' }]);
    expect((await under.round(back.deltaLink)).items).toEqual([]);
    expect((await under.raw(`/users/${id}`)).status).toBe(404);
  });

  it('brings a soft-deleted group with its members, and nobody who was restored', async () => {
    const [id, restored] = [await newUser(), await newUser()];
    const group = String((await under.control('POST groups', { displayName: 'Ropes' })).id);
    await under.control(`POST groups/${group}/members`, { id });
    await under.control(`DELETE groups/${group}`);
    await under.control(`DELETE users/${restored}`);
    await under.control(`POST users/${restored}/restore`);
    const [users, groups] = [await under.round(USERS), await under.round(GROUPS)];
    await faults({ kind: 'replay', stale: true });
    expect((await under.round(users.deltaLink)).items).toEqual([]);
    expect((await under.round(groups.deltaLink)).items).toEqual([
      {
        id: group,
        displayName: 'Ropes',
        'members@delta': [{ '@odata.type': '#microsoft.graph.user', id }],
      },
    ]);
  });
});
