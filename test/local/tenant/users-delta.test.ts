import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
beforeEach(async () => {
  under = await tenantUnderTest({ seed: { users: 25, groups: 1, memberships: 0 }, pageSize: 10 });
});
afterEach(() => under.tenant.close());

const SELECT = '$select=displayName,jobTitle,mobilePhone,accountEnabled';

async function newUser(values: object = {}): Promise<string> {
  const user = await under.control('POST users', { displayName: 'Ada Quill', ...values });
  return String(user.id);
}

describe('users/delta with the genuine client', () => {
  it('reads all users page by page, deleted ones announced by the way', async () => {
    const first = await under.graph.api('/users/delta').select('displayName').get();
    expect(first.value).toHaveLength(10);
    expect(first['@odata.nextLink']).toMatch(/users\/delta\?\$skiptoken=/);
    expect(first['@odata.deltaLink']).toBeUndefined();
    const { items, pages } = await under.round('/users/delta?$select=displayName');
    expect(pages).toHaveLength(3);
    expect(items.filter((item) => item['@removed'] === undefined)).toHaveLength(25);
    expect(items.filter((item) => item['@removed']?.reason === 'changed')).toHaveLength(3);
  });

  it.each(['users/microsoft.graph.delta', 'users/microsoft.graph.delta()', 'users/delta()'])(
    'is also called %s',
    async (path) => {
      const page = await under.graph.api(`/${path}`).get();
      expect(page.value).toHaveLength(10);
    },
  );

  it('gives a new delta link each round, also without changes', async () => {
    const first = await under.round(`/users/delta?${SELECT}`);
    const second = await under.round(first.deltaLink);
    expect(second.items).toEqual([]);
    expect(second.pages).toHaveLength(1);
    expect(second.deltaLink).not.toBe(first.deltaLink);
  });
});

describe('what a round shows', () => {
  it('leaves out what was never set, keeps old values, and nulls what was cleared', async () => {
    const id = await newUser({ jobTitle: 'Smith' });
    const { items, deltaLink } = await under.round(`/users/delta?${SELECT}`);
    expect(items.find((item) => item.id === id)).toEqual({
      id,
      displayName: 'Ada Quill',
      jobTitle: 'Smith',
      accountEnabled: true,
    });
    await under.control(`PATCH users/${id}`, { jobTitle: null });
    const later = await under.round(deltaLink);
    expect(later.items).toEqual([
      { id, displayName: 'Ada Quill', jobTitle: null, accountEnabled: true },
    ]);
  });

  it('shows changed properties only with return=minimal', async () => {
    const id = await newUser({ jobTitle: 'Smith' });
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.control(`PATCH users/${id}`, { jobTitle: null, displayName: 'Ada Quill-Ito' });
    const later = await under.round(deltaLink, { Prefer: 'return=minimal' });
    expect(later.items).toEqual([{ id, jobTitle: null, displayName: 'Ada Quill-Ito' }]);
  });

  it('says nothing of properties that are not selected', async () => {
    const id = await newUser();
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.control(`PATCH users/${id}`, { department: 'Research' });
    expect((await under.round(deltaLink)).items).toEqual([]);
  });

  it('tracks the default properties without $select', async () => {
    const id = await newUser({ department: 'Research', jobTitle: 'Smith' });
    const { items, deltaLink } = await under.round('/users/delta');
    const item = items.find((user) => user.id === id);
    expect(item).toMatchObject({ jobTitle: 'Smith', businessPhones: [] });
    expect(item).not.toHaveProperty('department');
    await under.control(`PATCH users/${id}`, { accountEnabled: false });
    expect((await under.round(deltaLink)).items).toEqual([]);
  });

  it('announces one deletion twice: changed, then deleted', async () => {
    const id = await newUser();
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.graph.api(`/users/${id}`).delete();
    const soft = await under.round(deltaLink);
    expect(soft.items).toEqual([{ id, '@removed': { reason: 'changed' } }]);
    await under.graph.api(`/directory/deletedItems/${id}`).delete();
    const hard = await under.round(soft.deltaLink);
    expect(hard.items).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  });

  it('shows a restored user as if it were new', async () => {
    const id = await newUser({ jobTitle: 'Smith' });
    await under.control(`DELETE users/${id}`);
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.control(`POST users/${id}/restore`);
    const { items } = await under.round(deltaLink);
    expect(items).toEqual([
      { id, displayName: 'Ada Quill', jobTitle: 'Smith', accountEnabled: true },
    ]);
  });

  it('purges deleted users after 30 days', async () => {
    const id = await newUser();
    await under.control(`DELETE users/${id}`);
    await under.control('POST clock', { advanceSeconds: 30 * 24 * 3600 + 1 });
    const page = await under.round('/users/delta?$deltatoken=latest');
    expect(page.items).toEqual([]);
    await expect(under.control(`GET users/${id}`)).rejects.toThrow(/404/);
  });

  it('shows the manager as an array, and the old one removed', async () => {
    const [boss, chief, id] = [
      await newUser({ displayName: 'Bo' }),
      await newUser({ displayName: 'Cy' }),
      await newUser(),
    ];
    const { deltaLink } = await under.round('/users/delta?$select=displayName,manager');
    await under.control(`PATCH users/${id}`, { manager: boss });
    const added = await under.round(deltaLink);
    const link = (target: string) => ({ '@odata.type': '#microsoft.graph.user', id: target });
    expect(added.items).toEqual([{ id, displayName: 'Ada Quill', 'manager@delta': [link(boss)] }]);
    await under.control(`PATCH users/${id}`, { manager: chief });
    const moved = await under.round(added.deltaLink);
    const removed = { ...link(boss), '@removed': { reason: 'deleted' } };
    expect(moved.items[0]?.['manager@delta']).toEqual([removed, link(chief)]);
    await under.control(`DELETE users/${chief}?hard=true`);
    const gone = await under.round(moved.deltaLink, { Prefer: 'return=minimal' });
    expect(gone.items).toContainEqual({
      id,
      'manager@delta': [{ ...link(chief), '@removed': { reason: 'deleted' } }],
    });
  });
});

describe('requests for a delta', () => {
  it.each(['$top=5', '$expand=manager', '$orderby=displayName'])('refuses %s', async (option) => {
    const response = await under.raw(`/users/delta?${option}`);
    expect(response.status).toBe(400);
  });

  it('starts from now with $deltatoken=latest', async () => {
    const now = await under.round(`/users/delta?${SELECT}&$deltatoken=latest`);
    expect(now.items).toEqual([]);
    const id = await newUser();
    expect((await under.round(now.deltaLink)).items.map((item) => item.id)).toEqual([id]);
  });

  it('follows up to 50 users by id, and takes no other filter', async () => {
    const ids = [await newUser(), await newUser({ displayName: 'Bo' })];
    const filter = ids.map((id) => `id eq '${id}'`).join(' or ');
    const { items, deltaLink } = await under.round(`/users/delta?${SELECT}&$filter=${filter}`);
    expect(items.map((item) => item.id)).toEqual(ids);
    await newUser({ displayName: 'Cy' });
    await under.control(`PATCH users/${String(ids[1])}`, { jobTitle: 'Smith' });
    expect((await under.round(deltaLink)).items.map((item) => item.id)).toEqual([ids[1]]);
    const many = Array.from({ length: 51 }, () => `id eq '${crypto.randomUUID()}'`).join(' or ');
    expect((await under.raw(`/users/delta?$filter=${many}`)).status).toBe(400);
    const other = await under.raw("/users/delta?$filter=displayName eq 'x'");
    expect(other.status).toBe(400);
  });

  it('refuses $select beside $skiptoken and takes it beside $deltatoken', async () => {
    const page = await under.json(`/users/delta?${SELECT}`);
    expect((await under.raw(`${page['@odata.nextLink']}&$select=mail`)).status).toBe(400);
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    const id = await newUser({ department: 'Research' });
    const { items } = await under.round(`${deltaLink}&$select=department`);
    expect(items).toEqual([{ id, department: 'Research' }]);
  });
});

describe('tokens that are no longer accepted', () => {
  it('answers 400 syncStateNotFound after 7 days', async () => {
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.control('POST clock', { advanceSeconds: 7 * 24 * 3600 });
    const response = await under.raw(deltaLink);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'syncStateNotFound' } });
  });

  it('answers 410 with a Location that starts anew', async () => {
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.control('POST faults', [{ kind: 'expiredDelta', status: '410', count: 1 }]);
    const response = await under.raw(deltaLink);
    expect(response.status).toBe(410);
    const location = response.headers.get('location') ?? '';
    expect(location).toMatch(/\/v1\.0\/users\/delta\?\$select=displayName,.*\$deltatoken=$/);
    const { items } = await under.round(location);
    expect(items.length).toBe(28);
    expect((await under.raw(deltaLink)).status).toBe(200);
  });

  it('answers 400 to a token that is no token', async () => {
    expect((await under.raw('/users/delta?$deltatoken=abc')).status).toBe(400);
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    expect((await under.raw(deltaLink.replace('/users/', '/groups/'))).status).toBe(400);
  });
});

describe('faults of a delta', () => {
  it('shows changes only after the lag, in their old state until then', async () => {
    const id = await newUser({ jobTitle: 'Smith' });
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    await under.control('POST faults', [{ kind: 'lag', seconds: 60 }]);
    await under.control(`PATCH users/${id}`, { jobTitle: 'Clerk' });
    const fresh = await newUser({ displayName: 'Bo' });
    const early = await under.round(deltaLink);
    expect(early.items).toEqual([]);
    const full = await under.round(`/users/delta?${SELECT}`);
    expect(full.items.find((item) => item.id === id)?.jobTitle).toBe('Smith');
    expect(full.items.some((item) => item.id === fresh)).toBe(false);
    expect((await under.graph.api(`/users/${id}`).get()).jobTitle).toBe('Clerk');
    await under.control('POST clock', { advanceSeconds: 61 });
    const late = await under.round(early.deltaLink);
    expect(late.items.map((item) => item.jobTitle)).toEqual(['Clerk', undefined]);
  });

  it('replays earlier changes', async () => {
    const { deltaLink } = await under.round(`/users/delta?${SELECT}`);
    const id = await newUser();
    const seen = await under.round(deltaLink);
    await under.control('POST faults', [{ kind: 'replay', changes: 5, count: 1 }]);
    const again = await under.round(seen.deltaLink);
    expect(again.items.map((item) => item.id)).toEqual([id]);
    expect((await under.round(again.deltaLink)).items).toEqual([]);
  });

  it('puts empty pages before real ones', async () => {
    await under.control('POST faults', [{ kind: 'emptyPages' }]);
    const { pages, items } = await under.round(`/users/delta?${SELECT}`);
    expect(pages.filter((page) => page.value.length === 0)).toHaveLength(3);
    expect(items).toHaveLength(28);
  });

  it('repeats items, breaks them, and leads to foreign hosts', async () => {
    await under.control('POST faults', [{ kind: 'duplicate', count: 1 }]);
    const doubled = await under.round(`/users/delta?${SELECT}`);
    expect(doubled.items.length).toBeGreaterThan(28);
    await under.control('POST faults', [{ kind: 'badSchema', count: 1 }]);
    const broken = await under.json('/users/delta');
    expect(broken.value[0]?.id).toBe(42);
    await under.control('POST faults', [{ kind: 'foreignNextLink', count: 1 }]);
    const foreign = await under.json('/users/delta');
    expect(foreign['@odata.nextLink']).toMatch(/^https:\/\/graph\.elsewhere\.example\//);
  });
});
