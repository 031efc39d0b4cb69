import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeltaItem, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

let under: TenantUnderTest;
let people: string[];
beforeEach(async () => {
  under = await tenantUnderTest({ memberPageSize: 4 });
  people = [];
  for (let number = 1; number <= 10; number += 1) {
    people.push(String((await under.control('POST users', { displayName: `P ${number}` })).id));
  }
});
afterEach(() => under.tenant.close());

const PATH = '/groups/delta?$select=displayName,members';

async function newGroup(displayName: string, ids: readonly string[] = []): Promise<string> {
  const group = await under.control('POST groups', { displayName });
  if (ids.length > 0) await under.control(`POST groups/${String(group.id)}/members`, { ids });
  return String(group.id);
}

const membersOf = (items: readonly DeltaItem[], id: string) =>
  items.filter((item) => item.id === id).flatMap((item) => item['members@delta'] ?? []);
const user = (id: string | undefined) => ({ '@odata.type': '#microsoft.graph.user', id });
const left = (id: string | undefined) => ({ ...user(id), '@removed': { reason: 'deleted' } });

describe('members@delta', () => {
  it('repeats a large group over pages, each with another slice', async () => {
    const small = await newGroup('Small', people.slice(0, 3));
    const large = await newGroup('Large', people);
    const empty = await newGroup('Empty');
    const { items, pages } = await under.round(PATH);
    expect(pages.length).toBeGreaterThan(2);
    const repeated = items.filter((item) => item.id === large);
    expect(repeated.length).toBeGreaterThan(2);
    expect(new Set(repeated.map((item) => item.displayName))).toEqual(new Set(['Large']));
    expect(membersOf(items, large)).toEqual(people.map(user));
    expect(membersOf(items, small)).toHaveLength(3);
    expect(items.find((item) => item.id === empty)).toEqual({ id: empty, displayName: 'Empty' });
    for (const page of pages) {
      const members = page.value.flatMap((item) => item['members@delta'] ?? []);
      expect(members.length).toBeLessThanOrEqual(4);
    }
  });

  it('comes by itself without $select', async () => {
    const id = await newGroup('Small', people.slice(0, 2));
    const { items } = await under.round('/groups/delta');
    expect(membersOf(items, id)).toHaveLength(2);
    expect(items[0]).toMatchObject({ securityEnabled: true, groupTypes: [] });
  });

  it('lists only what changed later, in slices too', async () => {
    const id = await newGroup('Large', people.slice(0, 6));
    const { deltaLink } = await under.round(PATH);
    await under.control(`DELETE groups/${id}/members/${String(people[0])}`);
    await under.control(`POST groups/${id}/members`, { ids: people.slice(6) });
    await under.control(`DELETE groups/${id}/members/${String(people[9])}`);
    const later = await under.round(deltaLink);
    const expected = [left(people[0]), ...people.slice(6, 9).map(user), left(people[9])];
    expect(membersOf(later.items, id)).toEqual(expected);
    expect(later.pages).toHaveLength(2);
    await under.control(`PATCH groups/${id}`, { displayName: 'Larger' });
    const renamed = await under.round(later.deltaLink);
    expect(renamed.items).toEqual([{ id, displayName: 'Larger' }]);
  });

  it('has no group properties in minimal mode when only members changed', async () => {
    const id = await newGroup('Small');
    const { deltaLink } = await under.round(PATH);
    await under.control(`POST groups/${id}/members`, { id: people[0] });
    const later = await under.round(deltaLink, { Prefer: 'return=minimal' });
    expect(later.items).toEqual([{ id, 'members@delta': [user(people[0])] }]);
  });

  it('says nothing of members when they are not selected', async () => {
    const id = await newGroup('Small');
    const { deltaLink } = await under.round('/groups/delta?$select=displayName');
    await under.control(`POST groups/${id}/members`, { id: people[0] });
    expect((await under.round(deltaLink)).items).toEqual([]);
  });

  it('keeps a soft-deleted member until it is purged', async () => {
    const id = await newGroup('Small', people.slice(0, 2));
    const { deltaLink } = await under.round(PATH);
    await under.control(`DELETE users/${String(people[0])}`);
    const soft = await under.round(deltaLink);
    expect(soft.items).toEqual([]);
    const listed = await under.graph.api(`/groups/${id}/members`).get();
    expect(listed.value.map((member: { id: string }) => member.id)).toEqual([people[1]]);
    await under.control(`DELETE users/${String(people[0])}?hard=true`);
    const hard = await under.round(soft.deltaLink);
    expect(hard.items).toEqual([{ id, displayName: 'Small', 'members@delta': [left(people[0])] }]);
  });

  it('types nested groups as groups', async () => {
    const inner = await newGroup('Inner');
    const outer = await newGroup('Outer', [inner]);
    const { items } = await under.round(PATH);
    expect(membersOf(items, outer)).toEqual([
      { '@odata.type': '#microsoft.graph.group', id: inner },
    ]);
  });

  it('shows membership changes only after the lag', async () => {
    const id = await newGroup('Small', people.slice(0, 1));
    const { deltaLink } = await under.round(PATH);
    await under.control('POST faults', [{ kind: 'lag', seconds: 30 }]);
    await under.control(`POST groups/${id}/members`, { id: people[1] });
    const early = await under.round(deltaLink);
    expect(early.items).toEqual([]);
    expect(membersOf((await under.round(PATH)).items, id)).toHaveLength(1);
    await under.control('POST clock', { advanceSeconds: 31 });
    const late = await under.round(early.deltaLink);
    expect(membersOf(late.items, id)).toEqual([user(people[1])]);
  });
});

describe('deleted groups', () => {
  it('are changed, come back with all members, and are deleted when purged', async () => {
    const id = await newGroup('Small', people.slice(0, 2));
    const { deltaLink } = await under.round(PATH);
    await under.graph.api(`/groups/${id}`).delete();
    const soft = await under.round(deltaLink);
    expect(soft.items).toEqual([{ id, '@removed': { reason: 'changed' } }]);
    await under.graph.api(`/directory/deletedItems/${id}/restore`).post({});
    const back = await under.round(soft.deltaLink);
    expect(membersOf(back.items, id)).toEqual(people.slice(0, 2).map(user));
    await under.control(`DELETE groups/${id}?hard=true`);
    const gone = await under.round(back.deltaLink);
    expect(gone.items).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
  });
});

describe('a tenant of before 2022', () => {
  it('deletes security groups at once, Microsoft 365 groups softly', async () => {
    const old = await tenantUnderTest({ openPoints: { securityGroupsAreRestorable: false } });
    const security = await old.control('POST groups', { displayName: 'S' });
    const unified = await old.control('POST groups', { displayName: 'U', groupTypes: ['Unified'] });
    const { deltaLink } = await old.round(PATH);
    await old.graph.api(`/groups/${String(security.id)}`).delete();
    await old.graph.api(`/groups/${String(unified.id)}`).delete();
    const { items } = await old.round(deltaLink);
    expect(items.map((item) => item['@removed']?.reason)).toEqual(['deleted', 'changed']);
    await old.tenant.close();
  });
});
