import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { badRequest, GraphError } from '../graph/graph-error.ts';
import { listOf, type StoredApplication, type Written } from './registration-book.ts';

const entitlement = z.looseObject({ id: z.guid(), value: z.string().nullable().optional() });

/** What a registration takes, as far as anybody here writes it (Graph docs: application). */
const valuesSchema = z.strictObject({
  displayName: z.string().min(1).max(256).optional(),
  signInAudience: z
    .enum([
      'AzureADMyOrg',
      'AzureADMultipleOrgs',
      'AzureADandPersonalMicrosoftAccount',
      'PersonalMicrosoftAccount',
    ])
    .optional(),
  identifierUris: z.array(z.string()).optional(),
  appRoles: z
    .array(entitlement.extend({ displayName: z.string(), description: z.string() }))
    .optional(),
  api: z
    .looseObject({
      requestedAccessTokenVersion: z.union([z.literal(1), z.literal(2), z.null()]).optional(),
      oauth2PermissionScopes: z.array(entitlement).optional(),
      preAuthorizedApplications: z
        .array(z.looseObject({ appId: z.guid(), delegatedPermissionIds: z.array(z.guid()) }))
        .optional(),
    })
    .optional(),
  requiredResourceAccess: z
    .array(
      z.strictObject({
        resourceAppId: z.guid(),
        resourceAccess: z.array(z.strictObject({ id: z.guid(), type: z.enum(['Role', 'Scope']) })),
      }),
    )
    .optional(),
  web: z.looseObject({ redirectUris: z.array(z.url()).optional() }).optional(),
});

/** What a registration has that nobody set. */
const DEFAULTS: Written = {
  signInAudience: 'AzureADMyOrg',
  identifierUris: [],
  appRoles: [],
  requiredResourceAccess: [],
  passwordCredentials: [],
  keyCredentials: [],
};

const API_DEFAULTS: Written = {
  acceptMappedClaims: null,
  knownClientApplications: [],
  requestedAccessTokenVersion: null,
  oauth2PermissionScopes: [],
  preAuthorizedApplications: [],
};

/**
 * A registration's values after a write; lists are replaced whole. Throws GraphError 400 for what Graph
 * refuses.
 */
export function writtenValues(body: unknown, known?: StoredApplication): Written {
  const parsed = valuesSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badRequest(
      `Invalid value specified for property '${String(issue?.path[0] ?? '')}' of resource 'Application'.`,
    );
  }
  const before = known?.values ?? DEFAULTS;
  const api = { ...API_DEFAULTS, ...recordOf(before.api), ...parsed.data.api };
  const web = { redirectUris: [], ...recordOf(before.web), ...parsed.data.web };
  const after: Written = { ...before, ...parsed.data, api, web };
  checkUris(after, known);
  checkPreAuthorized(before, after);
  checkNoneLost(before.appRoles, after.appRoles);
  checkNoneLost(recordOf(before.api).oauth2PermissionScopes, api.oauth2PermissionScopes);
  return {
    ...after,
    appRoles: listOf(after.appRoles).map((role) => ({ ...role, origin: 'Application' })),
  };
}

function recordOf(value: unknown): Written {
  return typeof value === 'object' && value !== null ? (value as Written) : {};
}

/** Without a verified domain a name holds the client id (Entra docs: identifier URI restrictions). */
function checkUris({ identifierUris }: Written, known: StoredApplication | undefined): void {
  const wrong = (identifierUris as string[]).find((uri) => uri !== `api://${known?.appId}`);
  if (wrong === undefined) return;
  throw new GraphError(400, [
    'HostNameNotOnVerifiedDomain',
    "Values of identifierUris property must use a verified domain of the organization or its subdomain: '" +
      `${wrong}'`,
  ]);
}

/** A scope has to be there before anybody is let in to it: not in the same write. */
function checkPreAuthorized(before: Written, after: Written): void {
  const scopes = listOf(recordOf(before.api).oauth2PermissionScopes);
  const ids = new Set(scopes.map(({ id }) => id));
  const allowed = listOf(recordOf(after.api).preAuthorizedApplications);
  const unknown = allowed
    .flatMap(({ delegatedPermissionIds }) => delegatedPermissionIds as string[])
    .find((id) => !ids.has(id));
  if (unknown === undefined) return;
  throw badRequest(
    `Property PreAuthorizedApplication references applications with permission ids that cannot be found: '${unknown}'.`,
  );
}

/** What is enabled is neither removed nor changed (Graph docs: appRole resource type). */
function checkNoneLost(before: unknown, after: unknown): void {
  const kept = new Map(listOf(after).map((one) => [one.id, one]));
  const isSafe = listOf(before).every((one) => {
    const { origin: _, ...now } = kept.get(one.id) ?? {};
    const { origin: __, ...was } = one;
    return one.isEnabled === false || isDeepStrictEqual(now, was);
  });
  if (isSafe) return;
  throw new GraphError(400, [
    'CannotDeleteOrUpdateEnabledEntitlement',
    'Permission (scope or role) cannot be deleted or updated unless disabled first.',
  ]);
}
