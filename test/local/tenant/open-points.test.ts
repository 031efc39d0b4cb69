import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';
import { newCrew, newPerson, refTo } from './written-things.ts';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({ openPoints: { nonMemberStatus: 400 } });
});
afterAll(() => under.tenant.close());

const decide = (points: object) => under.control('PATCH open-points', points);
const made = async (path: string, body: object): Promise<string> =>
  (await under.graph.api(path).post(body)).id;
const kept = async (groupKind: string): Promise<string> =>
  String((await under.control('POST groups', { groupKind })).id);

it.each([
  ['dynamicGroupStatus', 'dynamicSecurity', 'POST', [400, 403]],
  ['mailEnabledGroupStatus', 'distribution', 'POST', [400, 403]],
  ['nonMemberStatus', 'security', 'DELETE', [404, 400]],
] as const)('%s: members of a %s group', async (point, kind, method, statuses) => {
  const [group, user] = [await kept(kind), await made('/users', newPerson())];
  for (const status of statuses) {
    await decide({ [point]: status });
    const path = `/groups/${group}/members`;
    const request =
      method === 'POST'
        ? under.graph.api(`${path}/$ref`).post(refTo(user))
        : under.graph.api(`${path}/${user}/$ref`).delete();
    const code = {
      400: 'Request_BadRequest',
      403: 'Authorization_RequestDenied',
      404: 'Request_ResourceNotFound',
    }[status];
    expect(await refusal(request)).toMatchObject({ statusCode: status, code });
  }
});

it('securityGroupsAreRestorable: the others always are', async () => {
  const removed = async (values: object) => {
    const id = await made('/groups', newCrew(values));
    await under.graph.api(`/groups/${id}`).delete();
    return (await under.raw(`/directory/deletedItems/${id}`)).status;
  };
  const unified = { groupTypes: ['Unified'], mailEnabled: true };
  expect([await removed({}), await removed(unified)]).toEqual([200, 200]);
  await decide({ securityGroupsAreRestorable: false });
  expect([await removed({}), await removed(unified)]).toEqual([404, 200]);
});

it('writableWhenSynced', async () => {
  const id = await made('/users', newPerson());
  await under.control(`PATCH users/${id}`, { onPremisesSyncEnabled: true });
  const patch = (body: object) => under.graph.api(`/users/${id}`).patch(body);
  expect((await refusal(patch({ employeeId: 'E-1' }))).statusCode).toBe(400);
  await decide({ writableWhenSynced: ['employeeId'] });
  await patch({ employeeId: 'E-1' });
  expect((await refusal(patch({ usageLocation: 'NO' }))).statusCode).toBe(400);
});

it('conflictDetailsHaveMessages', async () => {
  const body = newPerson();
  await made('/users', body);
  await decide({ conflictDetailsHaveMessages: false });
  const error = await refusal(under.graph.api('/users').post(body));
  expect(JSON.parse(error.body).details).toEqual([
    { code: 'ObjectConflict', target: 'userPrincipalName' },
  ]);
});

it('ifMatch', async () => {
  const id = await made('/users', newPerson());
  const patch = async () => {
    const headers = { 'If-Match': '"1"' };
    const init = { method: 'PATCH', body: '{"city":"Cork"}', headers };
    return (await under.raw(`/users/${id}`, init)).status;
  };
  expect(await patch()).toBe(204);
  await decide({ ifMatch: 'refused' });
  expect(await patch()).toBe(412);
});

it('malformedTokenCode', async () => {
  const code = async () => (await under.json('/users/delta?$deltatoken=x')).error.code;
  expect(await code()).toBe('Request_BadRequest');
  await decide({ malformedTokenCode: 'Request_UnsupportedQuery' });
  expect(await code()).toBe('Request_UnsupportedQuery');
});

it('tooLongSubscriptionCode', async () => {
  const code = async () => {
    const body = {
      changeType: 'updated',
      notificationUrl: 'https://localhost:1/changes',
      resource: 'users',
      expirationDateTime: '2999-01-01T00:00:00Z',
    };
    return (await refusal(under.graph.api('/subscriptions').post(body))).code;
  };
  expect(await code()).toBe('InvalidRequest');
  await decide({ tooLongSubscriptionCode: 'ValidationError' });
  expect(await code()).toBe('ValidationError');
});

it('rateLimitHeaders', async () => {
  const limit = async () => (await under.raw('/users')).headers.get('ratelimit-limit');
  expect(await limit()).toBeNull();
  await decide({ rateLimitHeaders: true });
  expect(await limit()).toBe('3500');
});

it('are shown as they are decided, and refused where there is no such choice', async () => {
  expect(await under.control('GET open-points')).toMatchObject({ ifMatch: 'refused' });
  await expect(decide({ ifMatch: 'perhaps' })).rejects.toThrow(/400/);
  await expect(decide({ somethingElse: 1 })).rejects.toThrow(/400/);
});
