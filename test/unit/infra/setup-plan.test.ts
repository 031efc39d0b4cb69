import { describe, expect, it } from 'vitest';
import { APP_ROLES, type Desired, exposureOf } from '../../../infra/entra/desired.ts';
import { PERMISSIONS, permissionsOf, SWITCHES } from '../../../infra/entra/permissions.ts';
import { planOf, type Step } from '../../../infra/entra/plan.ts';
import { type Application, type Found, GRAPH_APP_ID } from '../../../infra/entra/registration.ts';

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const [APP, CLIENT, PRINCIPAL, GRAPH, IDENTITY, TENANT, ADMIN, FEDERATED, FOREIGN] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
].map(id) as [string, string, string, string, string, string, string, string, string];

const ROLE_IDS = new Map(
  [...Object.values(PERMISSIONS), 'Mail.Read'].map((name, index) => [name, id(100 + index)]),
);
const roleId = (permission: string) => ROLE_IDS.get(permission) ?? '';
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;

const desired: Desired = {
  name: 'Tandem',
  permissions: ['User.Read.All', 'Group.Read.All'],
  isMultiTenant: false,
  publicUrl: 'https://sync.example.com',
  identity: { principalId: IDENTITY, issuer: ISSUER },
  administrators: [ADMIN],
  consents: true,
};

const nothing: Found = {
  application: undefined,
  servicePrincipalId: undefined,
  federated: [],
  granted: [],
  administrators: [],
  graph: { servicePrincipalId: GRAPH, permissions: ROLE_IDS },
};

/** What Graph shows once a plan is carried out. */
function settled(wanted: Desired): Found {
  const [first] = planOf(wanted, nothing);
  if (first?.do !== 'create-application') throw new TypeError('the first step registers');
  const { displayName, ...registration } = first.body;
  const application: Application = {
    id: APP,
    appId: CLIENT,
    displayName,
    identifierUris: [],
    ...registration,
  };
  return {
    ...nothing,
    application: { ...application, ...exposureOf(application) },
    servicePrincipalId: PRINCIPAL,
    federated: [
      {
        id: FEDERATED,
        name: 'tandem-managed-identity',
        issuer: ISSUER,
        subject: IDENTITY,
        audiences: ['api://AzureADTokenExchange'],
      },
    ],
    granted: wanted.permissions.map(granted),
    administrators: [
      { id: 'admin', principalId: ADMIN, resourceId: PRINCIPAL, appRoleId: APP_ROLES[2]?.id ?? '' },
    ],
  };
}

const granted = (permission: string) => ({
  id: `granted ${permission}`,
  principalId: PRINCIPAL,
  resourceId: GRAPH,
  appRoleId: roleId(permission),
});

const doings = (steps: readonly Step[]) => steps.map((step) => step.do);
const ofGraph = (step: Step | undefined) =>
  step && 'body' in step && 'requiredResourceAccess' in step.body
    ? step.body.requiredResourceAccess?.find((one) => one.resourceAppId === GRAPH_APP_ID)
    : undefined;

describe('the plan for a tenant without a registration', () => {
  const steps = planOf(desired, nothing);

  it('registers first and grants last', () => {
    expect(doings(steps)).toEqual([
      'create-application',
      'expose-api',
      'create-service-principal',
      'create-federated',
      'grant',
      'grant',
      'assign',
    ]);
  });

  it('asks for the roles of the admin API, tokens of version 2, and the permissions', () => {
    expect(steps[0]).toMatchObject({
      body: {
        displayName: 'Tandem',
        signInAudience: 'AzureADMyOrg',
        api: { requestedAccessTokenVersion: 2 },
        web: { redirectUris: ['https://sync.example.com/manage/authorize/callback'] },
      },
    });
    const roles = APP_ROLES.map(({ value }) => value);
    expect(roles).toEqual(['Sync.Read', 'Sync.Operate', 'Sync.Admin']);
    expect(ofGraph(steps[0])?.resourceAccess).toEqual([
      { id: roleId('User.Read.All'), type: 'Role' },
      { id: roleId('Group.Read.All'), type: 'Role' },
    ]);
  });

  it('lets the Azure CLI ask for tokens in a name of the client id', () => {
    const { identifierUris, api } = settled(desired).application as Application;
    expect(identifierUris).toEqual([`api://${CLIENT}`]);
    expect(api.preAuthorizedApplications).toEqual([
      {
        appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
        delegatedPermissionIds: api.oauth2PermissionScopes.map((scope) => scope.id),
      },
    ]);
  });

  it('trusts the identity as Entra wants it', () => {
    expect(steps.find((step) => step.do === 'create-federated')).toMatchObject({
      body: { issuer: ISSUER, subject: IDENTITY, audiences: ['api://AzureADTokenExchange'] },
    });
  });
});

describe('the plan for a tenant that is as desired', () => {
  it.each<[string, Partial<Desired>]>([
    ['as usual', {}],
    ['for many tenants', { isMultiTenant: true }],
    ['with every permission', { permissions: permissionsOf(SWITCHES) }],
    ['without an identity', { identity: undefined }],
    ['without an address', { publicUrl: undefined }],
  ])('is empty: %s', (_, change) => {
    const wanted = { ...desired, ...change };
    expect(planOf(wanted, settled(wanted))).toEqual([]);
  });
});

describe('the plan for a tenant that differs', () => {
  const found = settled(desired);
  const application = found.application as Application;
  const withApplication = (change: Partial<Application>): Found => ({
    ...found,
    application: { ...application, ...change },
  });

  it.each<[string, Partial<Desired>, Found, readonly Step['do'][]]>([
    [
      'the principal is missing',
      {},
      { ...found, servicePrincipalId: undefined },
      ['create-service-principal'],
    ],
    ['nobody administers', {}, { ...found, administrators: [] }, ['assign']],
    ['nothing is granted', {}, { ...found, granted: [] }, ['grant', 'grant']],
    ['consent is left to others', { consents: false }, { ...found, granted: [] }, []],
    [
      'another identity',
      { identity: { principalId: FOREIGN, issuer: ISSUER } },
      found,
      ['update-federated'],
    ],
    ['no trust yet', {}, { ...found, federated: [] }, ['create-federated']],
    [
      'exporting users',
      { permissions: [...desired.permissions, 'User.ReadWrite.All'] },
      found,
      ['update-application', 'grant'],
    ],
    [
      'no groups any more',
      { permissions: ['User.Read.All'] },
      found,
      ['update-application', 'revoke'],
    ],
    ['another address', { publicUrl: 'https://new.example.com' }, found, ['update-application']],
    [
      'tokens of version 1',
      {},
      withApplication({ api: { ...application.api, requestedAccessTokenVersion: null } }),
      ['update-application'],
    ],
    [
      'a role is missing',
      {},
      withApplication({ appRoles: APP_ROLES.slice(1) }),
      ['update-application'],
    ],
    ['no name for the API', {}, withApplication({ identifierUris: [] }), ['expose-api']],
    [
      'the CLI is not let in',
      {},
      withApplication({ api: { ...application.api, preAuthorizedApplications: [] } }),
      ['expose-api'],
    ],
  ])('%s', (_, change, there, expected) => {
    expect(doings(planOf({ ...desired, ...change }, there))).toEqual(expected);
  });

  it('leaves what others wrote into the registration', () => {
    const foreign = { resourceAppId: FOREIGN, resourceAccess: [{ id: id(50), type: 'Scope' }] };
    const mail = { id: roleId('Mail.Read'), type: 'Role' };
    const access = application.requiredResourceAccess.map((one) => ({
      ...one,
      resourceAccess: [mail, ...one.resourceAccess],
    }));
    const there = {
      ...withApplication({
        requiredResourceAccess: [foreign, ...access],
        identifierUris: ['api://sync.example.com', ...application.identifierUris],
        appRoles: [{ id: id(60), value: 'Others.Own' }, ...application.appRoles],
      }),
      granted: [...found.granted, granted('Mail.Read')],
    };
    expect(planOf(desired, there)).toEqual([]);
    const [update] = planOf({ ...desired, permissions: ['User.Read.All'] }, there);
    expect(ofGraph(update)?.resourceAccess).toEqual([
      mail,
      { id: roleId('User.Read.All'), type: 'Role' },
    ]);
  });

  it('keeps roles that were made by hand under their ids', () => {
    const byHand = APP_ROLES.map((role, index) => ({ ...role, id: id(70 + index) }));
    const there = { ...withApplication({ appRoles: byHand }), administrators: [] };
    expect(planOf(desired, there)).toEqual([{ do: 'assign', principalId: ADMIN, roleId: id(72) }]);
  });

  it('refuses a permission that Graph does not know', () => {
    const wanted = { ...desired, permissions: ['User.Everything'] };
    expect(() => planOf(wanted, found)).toThrow(/User\.Everything/);
  });
});
