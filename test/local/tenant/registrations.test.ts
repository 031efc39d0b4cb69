import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type TenantUnderTest, tenantUnderTest } from './tenant-under-test.ts';

const REGISTRAR = 'b0000000-0000-4000-8000-00000000000a';
const READER = 'b0000000-0000-4000-8000-00000000000b';
const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

let under: TenantUnderTest;
beforeAll(async () => {
  under = await tenantUnderTest({
    seed: { users: 3, groups: 1, memberships: 1 },
    apps: {
      [REGISTRAR]: ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All'],
      [READER]: ['Application.Read.All'],
    },
  });
});
afterAll(() => under.tenant.close());

const api = (path: string, as = REGISTRAR) => under.graphAs(as).api(path);
const register = (values: object = {}) =>
  api('/applications').post({ displayName: `App ${crypto.randomUUID()}`, ...values });
const graphPrincipal = async () => {
  const filter = `appId eq '${GRAPH_APP_ID}'`;
  const { value } = await api('/servicePrincipals').filter(filter).get();
  return value[0];
};

const ROLE = {
  id: 'c0000000-0000-4000-8000-00000000000a',
  value: 'Things.Read',
  displayName: 'Read things',
  description: 'Reads things.',
  allowedMemberTypes: ['User'],
  isEnabled: true,
};

describe('a registration', () => {
  it('has ids of its own, and is found by either name', async () => {
    const made = await register();
    expect(made).toMatchObject({ signInAudience: 'AzureADMyOrg', identifierUris: [] });
    expect(made.id).not.toBe(made.appId);
    for (const filter of [`appId eq '${made.appId}'`, `displayName eq '${made.displayName}'`]) {
      const { value } = await api('/applications').filter(filter).get();
      expect(value).toEqual([made]);
    }
  });

  it('needs a name, and may share it', async () => {
    expect(await refusal(api('/applications').post({}))).toMatchObject({ statusCode: 400 });
    const { displayName } = await register();
    expect((await register({ displayName })).displayName).toBe(displayName);
  });

  it('takes a name for its API that holds its client id, and no other', async () => {
    const { id, appId } = await register();
    await api(`/applications/${id}`).patch({ identifierUris: [`api://${appId}`] });
    const other = api(`/applications/${id}`).patch({ identifierUris: ['https://not.verified'] });
    expect(await refusal(other)).toMatchObject({ code: 'HostNameNotOnVerifiedDomain' });
  });

  it('loses no role that is enabled', async () => {
    const { id } = await register({ appRoles: [ROLE] });
    const removal = () => api(`/applications/${id}`).patch({ appRoles: [] });
    expect(await refusal(removal())).toMatchObject({
      statusCode: 400,
      code: 'CannotDeleteOrUpdateEnabledEntitlement',
    });
    const renamed = api(`/applications/${id}`).patch({ appRoles: [{ ...ROLE, value: 'Other' }] });
    expect(await refusal(renamed)).toMatchObject({ statusCode: 400 });
    expect((await api(`/applications/${id}`).get()).appRoles).toMatchObject([ROLE]);
  });

  it('lets nobody in to a scope that comes with the same write', async () => {
    const scope = { id: ROLE.id, value: 'use', type: 'User', isEnabled: true };
    const allowed = [{ appId: READER, delegatedPermissionIds: [ROLE.id] }];
    const { id } = await register();
    const both = { oauth2PermissionScopes: [scope], preAuthorizedApplications: allowed };
    const patch = (value: object) => api(`/applications/${id}`).patch({ api: value });
    expect(await refusal(patch(both))).toMatchObject({ statusCode: 400 });
    await patch({ oauth2PermissionScopes: [scope] });
    await patch(both);
    expect((await api(`/applications/${id}`).get()).api).toMatchObject(both);
  });

  it('is for those who may write registrations', async () => {
    const refused = api('/applications', READER).post({ displayName: 'Mine' });
    expect(await refusal(refused)).toMatchObject({ statusCode: 403 });
  });
});

describe('a service principal', () => {
  it('stands for an application of the tenant, once', async () => {
    const { appId } = await register({ appRoles: [ROLE] });
    const made = await api('/servicePrincipals').post({ appId });
    expect(made).toMatchObject({ appId, appRoles: [{ value: 'Things.Read' }] });
    const again = api('/servicePrincipals').post({ appId });
    expect(await refusal(again)).toMatchObject({
      statusCode: 409,
      code: 'Request_MultipleObjectsWithSameKeyValue',
    });
    const nobody = api('/servicePrincipals').post({ appId: crypto.randomUUID() });
    expect(await refusal(nobody)).toMatchObject({
      statusCode: 400,
      code: 'NoBackingApplicationObject',
    });
  });

  it('is granted permissions of Graph, each once, and loses them', async () => {
    const { appId } = await register();
    const { id: principalId } = await api('/servicePrincipals').post({ appId });
    const { id: resourceId, appRoles } = await graphPrincipal();
    const role = appRoles.find(({ value }: { value: string }) => value === 'User.Read.All');
    const path = `/servicePrincipals/${principalId}/appRoleAssignments`;
    const grant = { principalId, resourceId, appRoleId: role.id };
    const made = await api(path).post(grant);
    expect((await api(path).get()).value).toEqual([expect.objectContaining(grant)]);
    expect(await refusal(api(path).post(grant))).toMatchObject({ statusCode: 400 });
    const unknown = api(path).post({ ...grant, appRoleId: ROLE.id });
    expect(await refusal(unknown)).toMatchObject({ statusCode: 400 });
    await api(`${path}/${made.id}`).delete();
    expect((await api(path).get()).value).toEqual([]);
  });

  it('gives its roles to people who are there', async () => {
    const { appId } = await register({ appRoles: [ROLE] });
    const { id: resourceId } = await api('/servicePrincipals').post({ appId });
    const { value } = await under.graph.api('/users').get();
    const path = `/servicePrincipals/${resourceId}/appRoleAssignedTo`;
    const principalId = value[0].id;
    await api(path).post({ principalId, resourceId, appRoleId: ROLE.id });
    expect((await api(path).get()).value).toMatchObject([{ principalId }]);
    const nobody = crypto.randomUUID();
    const refused = api(path).post({ principalId: nobody, resourceId, appRoleId: ROLE.id });
    expect(await refusal(refused)).toMatchObject({ statusCode: 404 });
  });
});

describe('a federated credential', () => {
  const TRUST = {
    name: 'tandem-managed-identity',
    issuer: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0',
    subject: '11111111-2222-4333-8444-666666666666',
    audiences: ['api://AzureADTokenExchange'],
  };

  it('is one of its name and of its subject, and keeps its name', async () => {
    const { id } = await register();
    const path = `/applications/${id}/federatedIdentityCredentials`;
    const made = await api(path).post(TRUST);
    expect(made).toMatchObject(TRUST);
    for (const twin of [
      { ...TRUST, subject: 'another' },
      { ...TRUST, name: 'another' },
    ])
      expect(await refusal(api(path).post(twin))).toMatchObject({ statusCode: 409 });
    const renamed = api(`${path}/${made.id}`).patch({ name: 'renamed' });
    expect(await refusal(renamed)).toMatchObject({ statusCode: 400 });
    await api(`${path}/${made.id}`).patch({ subject: 'another' });
    expect((await api(path).get()).value).toMatchObject([{ subject: 'another' }]);
  });
});
