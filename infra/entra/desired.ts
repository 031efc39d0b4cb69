import { isOurs } from './permissions.ts';
import {
  type Application,
  AZURE_CLI_APP_ID,
  type Federated,
  type Found,
  GRAPH_APP_ID,
} from './registration.ts';

/** What an administrator asks for. */
export interface Desired {
  readonly name: string;
  /** Graph's application permissions. */
  readonly permissions: readonly string[];
  /** Whether other tenants may consent to it. */
  readonly isMultiTenant: boolean;
  /** Where the app is reached: consent leads back there. */
  readonly publicUrl: string | undefined;
  /** The managed identity that vouches for it, and the issuer of its tokens. */
  readonly identity: { readonly principalId: string; readonly issuer: string } | undefined;
  /** Object ids of users, groups or service principals that get the role Sync.Admin. */
  readonly administrators: readonly string[];
  /** Whether permissions are granted at once, or left to an administrator's consent. */
  readonly consents: boolean;
}

/** The roles of the admin API; whoever has none gets a token that opens nothing. */
export const APP_ROLES = [
  {
    id: '7ac8a2c6-17bd-40a0-83de-c404f278c37d',
    value: 'Sync.Read',
    displayName: 'Look at the sync',
    description: 'Sees connections, runs, failures and held removals.',
  },
  {
    id: '93274683-2d80-429e-a182-491bcb354b7b',
    value: 'Sync.Operate',
    displayName: 'Run the sync',
    description: 'Switches connections, starts runs, retries failures, rejects held removals.',
  },
  {
    id: '063aa596-1f31-4d58-b14e-5ef19883b556',
    value: 'Sync.Admin',
    displayName: 'Administer the sync',
    description: 'Changes connections, rules and credentials, approves held removals.',
  },
].map((role) => ({ ...role, allowedMemberTypes: ['User', 'Application'], isEnabled: true }));

/** Without a scope nobody gets a token for the API in a person's name. */
const SCOPE = {
  id: 'e459538b-343c-4230-b77b-45e2a4201e28',
  value: 'user_impersonation',
  type: 'User',
  isEnabled: true,
  adminConsentDisplayName: 'Use the admin API of Tandem',
  adminConsentDescription:
    'Calls the admin API in the name of whoever signs in, as far as their role goes.',
};

/** The name of the credential; Graph lets nobody change it. */
export const FEDERATED_NAME = 'tandem-managed-identity';

/** The part of a registration that this set-up decides; what others wrote into its lists stays. */
export type Registration = Pick<
  Application,
  'signInAudience' | 'appRoles' | 'api' | 'requiredResourceAccess' | 'web'
>;

/** A registration as it should be, next to what is there. */
export function registrationOf(desired: Desired, found: Found): Registration {
  const known = found.application;
  return {
    signInAudience: desired.isMultiTenant ? 'AzureADMultipleOrgs' : 'AzureADMyOrg',
    appRoles: withMissing(known?.appRoles ?? [], APP_ROLES),
    api: {
      preAuthorizedApplications: [],
      ...known?.api,
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: withMissing(known?.api.oauth2PermissionScopes ?? [], [SCOPE]),
    },
    requiredResourceAccess: accessOf(desired, found),
    web: { ...known?.web, redirectUris: redirectsOf(desired, known?.web.redirectUris ?? []) },
  };
}

/** What can be said only of a registration that has an id, and a scope. */
export function exposureOf(application: Application): Pick<Application, 'identifierUris' | 'api'> {
  const { api, appId, identifierUris } = application;
  const uri = `api://${appId}`;
  const scope = api.oauth2PermissionScopes.find(({ value }) => value === SCOPE.value);
  const others = api.preAuthorizedApplications.filter((one) => one.appId !== AZURE_CLI_APP_ID);
  const cli = api.preAuthorizedApplications.find((one) => one.appId === AZURE_CLI_APP_ID);
  const ids = new Set([...(cli?.delegatedPermissionIds ?? []), scope?.id ?? SCOPE.id]);
  const allowed = { appId: AZURE_CLI_APP_ID, delegatedPermissionIds: [...ids] };
  const isThere = cli !== undefined && cli.delegatedPermissionIds.length === ids.size;
  return {
    identifierUris: identifierUris.includes(uri) ? identifierUris : [...identifierUris, uri],
    api: isThere ? api : { ...api, preAuthorizedApplications: [...others, allowed] },
  };
}

/** The trust in the managed identity (Entra docs: configure an app to trust a managed identity). */
export function federatedOf({ identity }: Desired): Omit<Federated, 'id'> | undefined {
  if (identity === undefined) return undefined;
  return {
    name: FEDERATED_NAME,
    issuer: identity.issuer,
    subject: identity.principalId,
    audiences: ['api://AzureADTokenExchange'],
  };
}

function withMissing<T extends { readonly value: string | null }>(
  known: readonly T[],
  ours: readonly T[],
): T[] {
  const values = new Set(known.map(({ value }) => value));
  return [...known, ...ours.filter(({ value }) => !values.has(value))];
}

/** What the consent page shows: ours as desired, delegated and foreign permissions as they are. */
function accessOf({ permissions }: Desired, { application, graph }: Found) {
  const known = application?.requiredResourceAccess ?? [];
  const ofGraph = known.find(({ resourceAppId }) => resourceAppId === GRAPH_APP_ID);
  const wanted = permissions.flatMap((name) => graph.permissions.get(name) ?? []);
  const names = new Map([...graph.permissions].map(([name, id]) => [id, name]));
  const kept = (ofGraph?.resourceAccess ?? []).filter(
    ({ id, type }) => type !== 'Role' || !isOurs(names.get(id) ?? '') || wanted.includes(id),
  );
  const missing = wanted.filter((id) => !kept.some((one) => one.id === id && one.type === 'Role'));
  const access = [...kept, ...missing.map((id) => ({ id, type: 'Role' }))];
  const entry = { resourceAppId: GRAPH_APP_ID, ...ofGraph, resourceAccess: access };
  return ofGraph ? known.map((one) => (one === ofGraph ? entry : one)) : [...known, entry];
}

function redirectsOf({ publicUrl }: Desired, known: readonly string[]): string[] {
  if (publicUrl === undefined) return [...known];
  const uri = new URL('/manage/authorize/callback', publicUrl).href;
  return known.includes(uri) ? [...known] : [...known, uri];
}
