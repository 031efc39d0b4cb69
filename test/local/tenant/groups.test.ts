import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

const MEMBERS_ONLY = 'b0000000-0000-4000-8000-000000000002';

let under: TenantUnderTest;
let people: string[];
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 150, groups: 20, memberships: 400 },
    apps: { [MEMBERS_ONLY]: ['GroupMember.ReadWrite.All'] },
  });
  const { value } = await under.graph.api('/users').top(60).get();
  people = value.map((user: { id: string }) => user.id);
});
afterAll(() => under.tenant.close());

const ref = (id: string | undefined) =>
  `https://graph.microsoft.com/v1.0/directoryObjects/${String(id)}`;
let count = 0;
async function newGroup(values: object = {}): Promise<string> {
  count += 1;
  const body = {
    displayName: 'Crew',
    mailEnabled: false,
    mailNickname: `crew${String(count)}`,
    securityEnabled: true,
    ...values,
  };
  return (await under.graph.api('/groups').post(body)).id;
}
async function named(displayName: string): Promise<string> {
  return String((await under.control(`GET groups/${encodeURIComponent(displayName)}`)).id);
}
async function memberIds(id: string): Promise<string[]> {
  const { value } = await under.graph.api(`/groups/${id}/members`).top(999).get();
  return value.map((member: { id: string }) => member.id);
}

describe('creating groups', () => {
  it('makes them with members, and shows the defaults', async () => {
    const id = await newGroup({ 'members@odata.bind': people.slice(0, 20).map(ref) });
    expect(await memberIds(id)).toEqual(people.slice(0, 20));
    const group = await under.graph.api(`/groups/${id}`).get();
    expect(group).toMatchObject({ visibility: 'Private', groupTypes: [], mail: null });
  });

  it('keeps Microsoft 365 nicknames unique, and no others', async () => {
    const unified = { groupTypes: ['Unified'], mailEnabled: true, mailNickname: 'atelier' };
    const id = await newGroup(unified);
    expect((await under.graph.api(`/groups/${id}`).get()).mail).toBe('atelier@haldenworks.example');
    expect((await refusal(newGroup(unified))).message).toMatch(/mailNickname already exists/);
    await newGroup({ mailNickname: 'atelier' });
  });

  it.each([
    ['21 members', { 'members@odata.bind': Array.from({ length: 21 }, () => ref('x')) }],
    ['an unknown kind', { mailEnabled: true }],
    ['a blank in the nickname', { mailNickname: 'a b' }],
  ])('refuses %s', async (_name, values) => {
    expect((await refusal(newGroup(values))).statusCode).toBe(400);
  });
});

describe('writing members', () => {
  it('adds and removes one by one', async () => {
    const id = await newGroup();
    const path = `/groups/${id}/members`;
    await under.graph.api(`${path}/$ref`).post({ '@odata.id': ref(people[0]) });
    const again = under.graph.api(`${path}/$ref`).post({ '@odata.id': ref(people[0]) });
    expect((await refusal(again)).message).toMatch(/already exist/);
    await under.graph.api(`${path}/${String(people[0])}/$ref`).delete();
    const gone = under.graph.api(`${path}/${String(people[0])}/$ref`).delete();
    expect((await refusal(gone)).statusCode).toBe(404);
    const unknown = under.graph.api(`${path}/$ref`).post({ '@odata.id': ref(crypto.randomUUID()) });
    expect((await refusal(unknown)).statusCode).toBe(404);
  });

  it('adds up to 20 at once, all or none', async () => {
    const id = await newGroup();
    const add = (ids: string[]) =>
      under.graph.api(`/groups/${id}`).patch({ 'members@odata.bind': ids.map(ref) });
    await add(people.slice(0, 20));
    expect((await refusal(add(people.slice(20, 41)))).statusCode).toBe(400);
    expect((await refusal(add([...people.slice(21, 25), String(people[0])]))).statusCode).toBe(400);
    expect(await memberIds(id)).toHaveLength(20);
  });

  it('deletes the member itself without $ref, if the caller may', async () => {
    const made = await under.control('POST users', { displayName: 'Unlucky' });
    const id = await newGroup({ 'members@odata.bind': [ref(String(made.id))] });
    const path = `/groups/${id}/members/${String(made.id)}`;
    const error = await refusal(under.graphAs(MEMBERS_ONLY).api(path).delete());
    expect(error).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
    await under.graph.api(path).delete();
    const deleted = await under.graph.api(`/directory/deletedItems/${String(made.id)}`).get();
    expect(deleted.displayName).toBe('Unlucky');
  });

  it.each(['Plant managers', 'Press list', 'Everyone in Engineering'])(
    'refuses %s',
    async (name) => {
      const path = `/groups/${await named(name)}/members/$ref`;
      const error = await refusal(under.graph.api(path).post({ '@odata.id': ref(people[0]) }));
      expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
    },
  );

  it('takes only users into Microsoft 365 groups, and those into no group', async () => {
    const unified = await newGroup({ groupTypes: ['Unified'], mailEnabled: true });
    const security = await newGroup();
    const join = (group: string, member: string) =>
      under.graph.api(`/groups/${group}/members/$ref`).post({ '@odata.id': ref(member) });
    expect((await refusal(join(unified, security))).statusCode).toBe(400);
    expect((await refusal(join(security, unified))).statusCode).toBe(400);
    await join(security, await newGroup());
  });

  it('does not know objects that were just created while replicas lag', async () => {
    await under.control('POST faults', [{ kind: 'lag', seconds: 20, reads: true }]);
    const id = await newGroup();
    const add = under.graph.api(`/groups/${id}/members/$ref`).post({ '@odata.id': ref(people[0]) });
    expect((await refusal(add)).message).toMatch(/don't exist/);
    await under.control('DELETE faults');
  });
});

describe('reading members', () => {
  it('types them, casts them and pages them', async () => {
    const everyone = await named('All of Haldenworks');
    const page = await under.graph.api(`/groups/${everyone}/members`).get();
    expect(page.value).toHaveLength(100);
    expect(page.value[0]['@odata.type']).toBe('#microsoft.graph.user');
    const rest = await under.json(page['@odata.nextLink']);
    expect(rest.value).toHaveLength(50);
    const terminals = await named('Shop floor terminals');
    const cast = await under.graph.api(`/groups/${terminals}/members/microsoft.graph.user`).get();
    expect(cast.value).toEqual([]);
    const devices = await under.graph.api(`/groups/${terminals}/members`).get();
    expect(devices.value[0]['@odata.type']).toBe('#microsoft.graph.device');
  });

  it('shows only id and type of what the caller may not read', async () => {
    const id = await newGroup({ 'members@odata.bind': [ref(people[0])] });
    const { value } = await under.graphAs(MEMBERS_ONLY).api(`/groups/${id}/members`).get();
    expect(value[0]).toMatchObject({ id: people[0], displayName: null, userPrincipalName: null });
  });
});

describe('deleted groups', () => {
  it('show as not security-enabled in the deleted items', async () => {
    const id = await newGroup();
    await under.graph.api(`/groups/${id}`).delete();
    const list = await under.graph.api('/directory/deletedItems/microsoft.graph.group').get();
    expect(list.value).toContainEqual(expect.objectContaining({ id, securityEnabled: false }));
    await under.graph.api(`/directory/deletedItems/${id}/restore`).post({});
    expect((await under.graph.api(`/groups/${id}`).get()).securityEnabled).toBe(true);
  });
});

describe('other objects', () => {
  it('are found by id in bulk, the missing ones left out', async () => {
    const group = await newGroup();
    const ids = [group, people[0], crypto.randomUUID()];
    const found = await under.graph
      .api('/directoryObjects/getByIds')
      .post({ ids, types: ['user', 'group'] });
    const types = found.value.map((object: Record<string, unknown>) => object['@odata.type']);
    expect(types).toEqual(['#microsoft.graph.group', '#microsoft.graph.user']);
  });

  it('describe the organisation and its domains', async () => {
    const organization = await under.graph.api('/organization').get();
    expect(organization.value[0].id).toBe(under.tenant.tenantId);
    const domains = await under.graph.api('/domains').get();
    expect(domains.value.filter((domain: { isDefault: boolean }) => domain.isDefault)).toHaveLength(
      1,
    );
  });
});
