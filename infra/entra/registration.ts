import { z } from 'zod';

/** Graph's own application (Entra docs: first-party applications). */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

/** The Azure CLI, by which administrators get tokens (Entra docs: first-party applications). */
export const AZURE_CLI_APP_ID = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** Members that Graph knows and we do not are kept, because a write replaces the whole list. */
const appRoleSchema = z.looseObject({ id: z.guid(), value: z.string().nullable() });
const scopeSchema = z.looseObject({ id: z.guid(), value: z.string().nullable() });
const preAuthorizedSchema = z.looseObject({
  appId: z.guid(),
  delegatedPermissionIds: z.array(z.guid()),
});
const accessSchema = z.looseObject({
  resourceAppId: z.guid(),
  resourceAccess: z.array(z.looseObject({ id: z.guid(), type: z.string() })),
});

/** A registration as Graph shows it (Graph docs: application resource type). */
export const applicationSchema = z.object({
  id: z.guid(),
  appId: z.guid(),
  displayName: z.string(),
  signInAudience: z.string(),
  identifierUris: z.array(z.string()),
  appRoles: z.array(appRoleSchema),
  api: z.looseObject({
    requestedAccessTokenVersion: z.number().nullable(),
    oauth2PermissionScopes: z.array(scopeSchema),
    preAuthorizedApplications: z.array(preAuthorizedSchema),
  }),
  requiredResourceAccess: z.array(accessSchema),
  web: z.looseObject({ redirectUris: z.array(z.string()) }),
});
export type Application = z.infer<typeof applicationSchema>;

export const servicePrincipalSchema = z.object({
  id: z.guid(),
  appId: z.guid(),
  appRoles: z.array(appRoleSchema),
});

/** Graph docs: appRoleAssignment resource type. */
export const assignmentSchema = z.object({
  id: z.string().min(1),
  appRoleId: z.guid(),
  principalId: z.guid(),
  resourceId: z.guid(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** Graph docs: federatedIdentityCredential resource type. */
export const federatedSchema = z.object({
  id: z.guid(),
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()),
});
export type Federated = z.infer<typeof federatedSchema>;

/** What stands in the tenant. */
export interface Found {
  readonly application: Application | undefined;
  readonly servicePrincipalId: string | undefined;
  readonly federated: readonly Federated[];
  /** What the connector was granted of Graph's permissions. */
  readonly granted: readonly Assignment[];
  /** Who has a role of the connector's own. */
  readonly administrators: readonly Assignment[];
  readonly graph: {
    readonly servicePrincipalId: string;
    /** Ids of its application permissions by name. */
    readonly permissions: ReadonlyMap<string, string>;
  };
}
