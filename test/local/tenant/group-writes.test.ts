import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';
import { newCrew, newPerson, refTo, urlOf } from './written-things.ts';

const WRITER = 'b0000000-0000-4000-8000-000000000002';
const MEMBERS = 'c0000000-0000-4000-8000-000000000003';
const CREATOR = 'd0000000-0000-4000-8000-000000000004';
const UNIFIED = { groupTypes: ['Unified'], mailEnabled: true };

let under: TenantUnderTest;
let people: string[];
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 30, groups: 2, memberships: 10 },
    apps: {
      [WRITER]: ['User.ReadWrite.All', 'Group.ReadWrite.All'],
      [MEMBERS]: ['GroupMember.ReadWrite.All', 'User.ReadWrite.All'],
      [CREATOR]: ['Group.Create'],
    },
  });
  const { value } = await under.graph.api('/users').top(30).get();
  people = value.map(({ id }: { id: string }) => id);
});
afterAll(() => under.tenant.close());

async function made(values: object = {}): Promise<string> {
  return (await under.graph.api('/groups').post(newCrew(values))).id;
}
async function kept(groupKind: string): Promise<string> {
  return String((await under.control('POST groups', { groupKind })).id);
}
async function memberIds(id: string): Promise<string[]> {
  const { members } = await under.control(`GET groups/${id}`);
  return (members as { id: string }[]).map((member) => member.id);
}
const person = (place: number): string => people[place] ?? '';

describe('creating a group', () => {
  it.each([
    ['displayName missing', { displayName: undefined }],
    ['mailEnabled missing', { mailEnabled: undefined }],
    ['mailNickname missing', { mailNickname: undefined }],
    ['securityEnabled missing', { securityEnabled: undefined }],
    ['a name of 257', { displayName: 'x'.repeat(257) }],
    ['a nickname of 65', { mailNickname: 'x'.repeat(65) }],
    ['an accent in the nickname', { mailNickname: 'équipe' }],
    ['a colon in the nickname', { mailNickname: 'a:b' }],
    ['a mail-enabled security group', { mailEnabled: true }],
    ['a distribution group', { mailEnabled: true, securityEnabled: false }],
    ['neither mail nor security', { securityEnabled: false }],
    ['a Microsoft 365 group without mail', { groupTypes: ['Unified'] }],
    ['an unknown kind', { groupTypes: ['Secret'] }],
    ['an unknown visibility', { visibility: 'Open' }],
    ['a dynamic group without a rule', { groupTypes: ['DynamicMembership'] }],
    [
      'a role-assignable group without security',
      { ...UNIFIED, securityEnabled: false, isAssignableToRole: true },
    ],
    ['a read-only property', { mail: 'crew@x.example' }],
  ])('is refused: %s', async (_name, values) => {
    const error = await refusal(under.graph.api('/groups').post(newCrew(values)));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
  });

  it.each([
    ['a member that is no user', [UNIFIED, 'group'], 400],
    [
      'members of a dynamic group',
      [{ groupTypes: ['DynamicMembership'], membershipRule: '(x)' }, 'user'],
      400,
    ],
    ['an unknown member', [{}, 'unknown'], 404],
    ['the same member twice', [{}, 'twice'], 400],
  ] as const)('leaves no group behind: %s', async (_name, [values, who], status) => {
    const before = await under.control('GET stats');
    const group = await kept('security');
    const ids = {
      group: [group],
      user: [person(0)],
      unknown: [person(0), crypto.randomUUID()],
      twice: [person(0), person(0)],
    }[who];
    const body = newCrew({ ...values, 'members@odata.bind': ids.map(urlOf) });
    expect((await refusal(under.graph.api('/groups').post(body))).statusCode).toBe(status);
    const { groups } = (before as { directory: { groups: number } }).directory;
    expect(await under.control('GET stats')).toMatchObject({ directory: { groups: groups + 1 } });
  });

  it('takes 20 members and owners together', async () => {
    const bind = (members: number, owners: number) => ({
      'members@odata.bind': people.slice(0, members).map(urlOf),
      'owners@odata.bind': people.slice(0, owners).map(urlOf),
    });
    expect(await memberIds(await made(bind(18, 2)))).toEqual(people.slice(0, 18));
    expect((await refusal(made(bind(18, 3)))).statusCode).toBe(400);
    const owned = { 'owners@odata.bind': [urlOf(await made())] };
    expect((await refusal(made(owned))).statusCode).toBe(400);
  });

  it('with Group.Create alone makes what one cannot change', async () => {
    const creator = under.graphAs(CREATOR);
    const { id } = await creator.api('/groups').post(newCrew());
    const error = await refusal(creator.api(`/groups/${id}`).patch({ displayName: 'Mine' }));
    expect(error).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
  });
});

describe('changing a group', () => {
  it('renames, describes and clears', async () => {
    const id = await made({ description: 'old' });
    const change = { displayName: 'New crew', description: null };
    const response = await under.raw(`/groups/${id}`, {
      method: 'PATCH',
      body: JSON.stringify(change),
    });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await under.graph.api(`/groups/${id}`).get()).toMatchObject(change);
  });

  it.each([
    [{ displayName: null }],
    [{ mailEnabled: true }],
    [{ securityEnabled: false }],
    [{ groupTypes: ['Unified'] }],
    [{ isAssignableToRole: true }],
    [{ mailNickname: 'a b' }],
    [{ shoeSize: 41 }],
  ])('is refused, members and all: %j', async (values) => {
    const id = await made();
    const body = { ...values, 'members@odata.bind': [urlOf(person(0))] };
    expect((await refusal(under.graph.api(`/groups/${id}`).patch(body))).statusCode).toBe(400);
    expect(await memberIds(id)).toEqual([]);
  });

  it('adds members, and never takes any away', async () => {
    const id = await made({ 'members@odata.bind': [urlOf(person(0))] });
    const add = (ids: string[], more: object = {}) =>
      under.graph.api(`/groups/${id}`).patch({ 'members@odata.bind': ids.map(urlOf), ...more });
    await add([person(1), person(2)]);
    const error = await refusal(add([person(3), person(1)], { displayName: 'Not this' }));
    expect(error.message).toBe(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
    expect(await memberIds(id)).toEqual([person(0), person(1), person(2)]);
    expect((await under.graph.api(`/groups/${id}`).get()).displayName).toBe('Crew');
  });

  it('can make a group dynamic, whose members nobody sets from then on', async () => {
    const id = await made();
    const dynamic = { groupTypes: ['DynamicMembership'], membershipRule: '(user.city -eq "Cork")' };
    await under.graph.api(`/groups/${id}`).patch(dynamic);
    const add = under.graph.api(`/groups/${id}/members/$ref`).post(refTo(person(0)));
    expect((await refusal(add)).statusCode).toBe(400);
  });

  it.each(['mailEnabledSecurity', 'distribution'])('is refused for a %s group', async (kind) => {
    const group = under.graph.api(`/groups/${await kept(kind)}`);
    expect((await refusal(group.patch({ displayName: 'x' }))).message).toBe(
      'Cannot Update a mail-enabled security groups and or distribution list.',
    );
    expect((await refusal(group.delete())).statusCode).toBe(400);
  });

  it('is refused for a synced group, its members included', async () => {
    const id = await made();
    await under.control(`PATCH groups/${id}`, { onPremisesSyncEnabled: true });
    const group = under.graph.api(`/groups/${id}`);
    const members = under.graph.api(`/groups/${id}/members/$ref`);
    const refused = [group.patch({ description: 'x' }), members.post(refTo(person(0)))];
    for (const { message } of await Promise.all(refused.map(refusal))) {
      expect(message).toMatch(/^Unable to update the specified properties/);
    }
  });
});

describe('a group that roles can be assigned to', () => {
  it('takes a permission of its own for everything', async () => {
    const body = newCrew({ isAssignableToRole: true });
    const as = (path: string) => under.graphAs(WRITER).api(path);
    const { id } = await under.graph.api('/groups').post(body);
    await under.graph.api(`/groups/${id}/members/$ref`).post(refTo(person(0)));
    const refused = [
      as('/groups').post(newCrew({ isAssignableToRole: true })),
      as(`/groups/${id}`).patch({ description: 'x' }),
      as(`/groups/${id}`).patch({ 'members@odata.bind': [urlOf(person(1))] }),
      as(`/groups/${id}/members/$ref`).post(refTo(person(1))),
      as(`/groups/${id}/members/${person(0)}/$ref`).delete(),
      as(`/groups/${id}`).delete(),
    ];
    for (const error of await Promise.all(refused.map(refusal))) {
      expect(error).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
    }
    await under.graph.api(`/groups/${id}`).delete();
    const restore = as(`/directory/deletedItems/${id}/restore`).post({});
    expect((await refusal(restore)).statusCode).toBe(403);
  });
});

describe('members', () => {
  it.each<[string, string, number, RegExp]>([
    ['already there', 'POST present', 400, /already exist/],
    ['unknown', 'POST unknown', 404, /does not exist/],
    ['deleted', 'POST deleted', 404, /does not exist/],
    ['a Microsoft 365 group', 'POST unified', 400, /Invalid object type/],
    ['a distribution group', 'POST distribution', 400, /Invalid object type/],
    ['not there', 'DELETE absent', 404, /does not exist/],
    ['unknown at removal', 'DELETE unknown', 404, /does not exist/],
  ])('are refused where one is %s', async (_name, what, status, message) => {
    const id = await made({ 'members@odata.bind': [urlOf(person(0))] });
    const deleted = (await under.graph.api('/users').post(newPerson())).id;
    await under.graph.api(`/users/${deleted}`).delete();
    const whom = new Map([
      ['present', person(0)],
      ['absent', person(1)],
      ['unknown', crypto.randomUUID()],
      ['deleted', deleted],
      ['unified', await made(UNIFIED)],
      ['distribution', await kept('distribution')],
    ]);
    const [method, key = ''] = what.split(' ');
    const member = whom.get(key) ?? '';
    const path = `/groups/${id}/members`;
    const request =
      method === 'POST'
        ? under.graph.api(`${path}/$ref`).post(refTo(member))
        : under.graph.api(`${path}/${member}/$ref`).delete();
    const error = await refusal(request);
    expect(error.statusCode).toBe(status);
    expect(error.message).toMatch(message);
    expect(await memberIds(id)).toEqual([person(0)]);
  });

  it('are other security groups, mail-enabled ones too', async () => {
    const id = await made();
    for (const member of [await made(), await kept('mailEnabledSecurity')]) {
      await under.graph.api(`/groups/${id}/members/$ref`).post(refTo(member));
    }
    expect(await memberIds(id)).toHaveLength(2);
  });

  it('take GroupMember.ReadWrite.All, which opens nothing else of the group', async () => {
    const id = await made();
    const as = (path: string) => under.graphAs(MEMBERS).api(path);
    await as(`/groups/${id}/members/$ref`).post(refTo(person(0)));
    await as(`/groups/${id}`).patch({ 'members@odata.bind': [urlOf(person(1))] });
    expect((await refusal(as(`/groups/${id}`).patch({ description: 'x' }))).statusCode).toBe(403);
    expect((await refusal(as(`/groups/${id}`).delete())).statusCode).toBe(403);
    expect(await memberIds(id)).toEqual([person(0), person(1)]);
  });

  it('are deleted themselves without $ref, but for administrators and groups out of reach', async () => {
    const victim = (await under.graph.api('/users').post(newPerson())).id;
    const admin = String((await under.control('POST users', { administrator: true })).id);
    const nested = await made();
    const bound = [victim, admin, nested].map(urlOf);
    const id = await made({ 'members@odata.bind': bound });
    const remove = (member: string) =>
      under.graphAs(MEMBERS).api(`/groups/${id}/members/${member}`).delete();
    await remove(victim);
    expect(await under.control(`GET users/${victim}`)).toHaveProperty('deletedDateTime');
    expect((await refusal(remove(admin))).statusCode).toBe(403);
    expect((await refusal(remove(nested))).statusCode).toBe(403);
    expect(await memberIds(id)).toEqual([admin, nested]);
  });
});

describe('deleted groups', () => {
  it('are purged for good', async () => {
    const id = await made(UNIFIED);
    await under.graph.api(`/groups/${id}`).delete();
    const item = `/directory/deletedItems/${id}`;
    expect((await under.graph.api(item).get()).id).toBe(id);
    await under.graph.api(item).delete();
    expect((await refusal(under.graph.api(item).get())).statusCode).toBe(404);
    expect((await refusal(under.graph.api(`${item}/restore`).post({}))).statusCode).toBe(404);
  });
});
