import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AnyBody,
  refusal,
  type TenantUnderTest,
  tenantUnderTest,
} from './tenant-under-test.ts';

const BASIC = 'b0000000-0000-4000-8000-000000000002';
const SWITCH = 'c0000000-0000-4000-8000-000000000003';
const DOMAIN = 'haldenworks.example';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 230, groups: 3, memberships: 20 },
    apps: {
      [BASIC]: ['User.ReadBasic.All'],
      [SWITCH]: ['User.EnableDisableAccount.All', 'User.Read.All'],
    },
  });
});
afterAll(() => under.tenant.close());
beforeEach(async () => {
  await under.control('DELETE faults');
});

let count = 0;
function person(values: object = {}): Record<string, unknown> {
  count += 1;
  return {
    accountEnabled: true,
    displayName: 'Ada Quill',
    mailNickname: `ada${String(count)}`,
    userPrincipalName: `ada${String(count)}@${DOMAIN}`,
    passwordProfile: { password: 'nearly-random-91', forceChangePasswordNextSignIn: true },
    ...values,
  };
}

describe('creating users', () => {
  it('answers 201 with the default properties, and keeps the rest', async () => {
    const made = await under.graph.api('/users').post(person({ department: 'Research' }));
    expect(made).not.toHaveProperty('department');
    expect(made).toMatchObject({ displayName: 'Ada Quill', businessPhones: [], mail: null });
    const read = await under.graph.api(`/users/${made.id}`).select('department,userType').get();
    expect(read).toMatchObject({ department: 'Research', userType: 'Member' });
  });

  it.each([
    ['no password', { passwordProfile: undefined }],
    ['an unverified domain', { userPrincipalName: 'ada@elsewhere.example' }],
    ['an accent in the name', { userPrincipalName: `adé@${DOMAIN}` }],
    ['a text too long', { givenName: 'x'.repeat(65) }],
    ['an unknown property', { shoeSize: 41 }],
    ['a read-only property', { proxyAddresses: ['SMTP:a@b.example'] }],
    ['two phones', { businessPhones: ['1', '2'] }],
  ])('refuses %s', async (_name, values) => {
    const error = await refusal(under.graph.api('/users').post(person(values)));
    expect(error).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
  });

  it('refuses a taken name with 400 and ObjectConflict', async () => {
    const body = person();
    await under.graph.api('/users').post(body);
    const response = await under.raw('/users', { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as AnyBody;
    expect(error.details).toEqual([
      expect.objectContaining({ code: 'ObjectConflict', target: 'userPrincipalName' }),
    ]);
    expect(error.innerError['request-id']).toBe(response.headers.get('request-id'));
    expect(error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  });

  it('is unknown to lagging reads at first', async () => {
    await under.control('POST faults', [{ kind: 'lag', seconds: 20, reads: true }]);
    const made = await under.graph.api('/users').post(person());
    const error = await refusal(under.graph.api(`/users/${made.id}`).get());
    expect(error).toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' });
    await under.control('POST clock', { advanceSeconds: 21 });
    expect((await under.graph.api(`/users/${made.id}`).get()).id).toBe(made.id);
  });
});

describe('changing users', () => {
  it('answers 204, and clears with null', async () => {
    const made = await under.graph.api('/users').post(person({ jobTitle: 'Smith' }));
    const response = await under.raw(`/users/${made.id}`, {
      method: 'PATCH',
      body: JSON.stringify({ jobTitle: null, mail: `quill@${DOMAIN}` }),
    });
    expect(response.status).toBe(204);
    const read = await under.graph.api(`/users/${made.id}`).select('jobTitle,proxyAddresses').get();
    expect(read).toMatchObject({ jobTitle: null, proxyAddresses: [`SMTP:quill@${DOMAIN}`] });
  });

  it.each(['displayName', 'mail', 'usageLocation'])('cannot clear %s', async (name) => {
    const made = await under.graph.api('/users').post(person());
    const error = await refusal(under.graph.api(`/users/${made.id}`).patch({ [name]: null }));
    expect(error.statusCode).toBe(400);
  });

  it('refuses all of it when the user is synced from on-premises', async () => {
    const { value } = await under.graph
      .api('/users')
      .top(999)
      .select('onPremisesSyncEnabled')
      .get();
    const synced = value.find((user: Record<string, unknown>) => user.onPremisesSyncEnabled);
    const change = { jobTitle: 'Smith', usageLocation: 'NO' };
    const error = await refusal(under.graph.api(`/users/${synced.id}`).patch(change));
    expect(error.message).toMatch(/on-premises mastered/);
    await under.graph.api(`/users/${synced.id}`).patch({ usageLocation: 'NO' });
  });

  it('refuses to applications what lies outside the directory', async () => {
    const made = await under.graph.api('/users').post(person());
    const error = await refusal(
      under.graph.api(`/users/${made.id}`).patch({ skills: ['juggling'] }),
    );
    expect(error.statusCode).toBe(403);
  });

  it('lets a narrow permission write its own property only', async () => {
    const made = await under.graph.api('/users').post(person());
    const user = under.graphAs(SWITCH).api(`/users/${made.id}`);
    await user.patch({ accountEnabled: false });
    expect((await refusal(user.patch({ accountEnabled: true, city: 'Cork' }))).statusCode).toBe(
      403,
    );
  });

  it('sets, gives and drops the manager', async () => {
    const [boss, made] = [
      await under.graph.api('/users').post(person()),
      await under.graph.api('/users').post(person()),
    ];
    const path = `/users/${made.id}/manager`;
    expect((await refusal(under.graph.api(path).get())).statusCode).toBe(404);
    await under.graph
      .api(`${path}/$ref`)
      .put({ '@odata.id': `https://graph.microsoft.com/v1.0/users/${boss.id}` });
    expect((await under.graph.api(path).get()).id).toBe(boss.id);
    const expanded = await under.graph.api(`/users/${made.id}`).expand('manager($select=id)').get();
    expect(expanded.manager.id).toBe(boss.id);
    await under.graph.api(`${path}/$ref`).delete();
    expect((await refusal(under.graph.api(path).get())).statusCode).toBe(404);
  });
});

describe('listing users', () => {
  it('gives 100 a page and links on, options included', async () => {
    const page = await under.graph.api('/users').select('displayName').get();
    expect(page.value).toHaveLength(100);
    expect(page['@odata.nextLink']).toMatch(/\$select=displayName&\$skiptoken=/);
    const next = await under.json(page['@odata.nextLink']);
    expect(Object.keys(next.value[0] ?? {}).toSorted()).toEqual(['displayName', 'id']);
  });

  it.each(['$top=1000', '$top=0', '$skip=5', '$select=nonsense', '$orderby=mail', '$skiptoken=x'])(
    'refuses %s',
    async (option) => {
      expect((await under.raw(`/users?${option}`)).status).toBe(400);
    },
  );

  it('counts only with ConsistencyLevel: eventual', async () => {
    const silent = await under.graph.api('/users').count(true).top(1).get();
    expect(silent).not.toHaveProperty('@odata.count');
    const headers = { ConsistencyLevel: 'eventual' };
    const counted = await under.json('/users?$count=true&$top=1', headers);
    expect(counted['@odata.count']).toBeGreaterThanOrEqual(230);
    expect((await under.raw('/users/$count')).status).toBe(400);
    const number = await (await under.raw('/users/$count', { headers })).text();
    expect(Number(number)).toBe(counted['@odata.count']);
  });

  it('filters', async () => {
    const made = await under.graph
      .api('/users')
      .post(person({ department: "L'Atelier", city: 'Cork' }));
    const ids = async (filter: string) =>
      (await under.graph.api('/users').filter(filter).get()).value.map(
        (user: { id: string }) => user.id,
      );
    expect(await ids(`userPrincipalName eq '${made.userPrincipalName}'`)).toEqual([made.id]);
    expect(await ids("department eq 'L''Atelier' and city eq 'cork'")).toEqual([made.id]);
    expect(await ids(`id in ('${made.id}') or id eq '${made.id}'`)).toEqual([made.id]);
    expect(await ids("startsWith(department,'l''at') and accountEnabled eq true")).toEqual([
      made.id,
    ]);
    expect(await ids("userType eq 'Guest'")).toHaveLength(9);
    expect((await refusal(under.graph.api('/users').filter("mail ne 'x'").get())).code).toBe(
      'Request_UnsupportedQuery',
    );
  });

  it('shows the basics only to User.ReadBasic.All', async () => {
    const page = await under.graphAs(BASIC).api('/users').top(1).get();
    expect(page.value[0]).not.toHaveProperty('jobTitle');
    expect(page.value[0]).toHaveProperty('userPrincipalName');
  });
});

describe('deleted users', () => {
  it('free their name, and take it back when they are restored', async () => {
    const body = person();
    const made = await under.graph.api('/users').post(body);
    await under.graph.api(`/users/${made.id}`).delete();
    const deleted = await under.graph.api(`/directory/deletedItems/${made.id}`).get();
    expect(deleted.userPrincipalName).toBe(
      `${made.id.replaceAll('-', '')}${made.userPrincipalName}`,
    );
    expect(deleted.deletedDateTime).toMatch(/Z$/);
    const heir = await under.graph.api('/users').post(body);
    const restore = under.graph.api(`/directory/deletedItems/${made.id}/restore`);
    expect((await refusal(restore.post({}))).statusCode).toBe(400);
    await under.graph.api(`/users/${heir.id}`).delete();
    const back = await restore.post({});
    expect(back).toMatchObject({ '@odata.type': '#microsoft.graph.user', id: made.id });
    expect(back.userPrincipalName).toBe(made.userPrincipalName);
    const renamed = await under.graph
      .api(`/directory/deletedItems/${heir.id}/restore`)
      .post({ newUserPrincipalName: `heir@${DOMAIN}` });
    expect(renamed.userPrincipalName).toBe(`heir@${DOMAIN}`);
  });

  it('are listed by kind only', async () => {
    const list = await under.graph.api('/directory/deletedItems/microsoft.graph.user').get();
    expect(list.value.length).toBeGreaterThanOrEqual(3);
    expect((await under.raw('/directory/deletedItems')).status).toBe(400);
  });
});
