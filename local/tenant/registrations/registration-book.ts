import { createHash, randomUUID } from 'node:crypto';

/** Members of Graph's JSON, as they were written. */
export type Written = Record<string, unknown>;

/** A registered application (Graph docs: application resource type). */
export interface StoredApplication {
  readonly id: string;
  readonly appId: string;
  values: Written;
  readonly federated: { readonly id: string; values: Written }[];
}

/** An application's presence in this tenant (Graph docs: servicePrincipal resource type). */
export interface StoredPrincipal {
  readonly id: string;
  readonly appId: string;
}

/** Who has which role of whom (Graph docs: appRoleAssignment resource type). */
export interface StoredAssignment {
  readonly id: string;
  readonly appRoleId: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly createdDateTime: string;
}

/** Graph's own application (Entra docs: first-party applications). */
const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

const GRAPH_PRINCIPAL_ID = guidOf('the service principal of Microsoft Graph');

/** The registrations of applications that were made over Graph, and who may what of them. */
export class RegistrationBook {
  readonly applications = new Map<string, StoredApplication>();
  readonly principals = new Map<string, StoredPrincipal>([
    [GRAPH_PRINCIPAL_ID, { id: GRAPH_PRINCIPAL_ID, appId: GRAPH_APP_ID }],
  ]);
  readonly assignments = new Map<string, StoredAssignment>();
  readonly #graphRoles: readonly Written[];

  /** @param permissions Graph's application permissions by name */
  constructor(permissions: readonly string[]) {
    this.#graphRoles = permissions.map((value) => ({
      id: guidOf(value),
      value,
      displayName: value,
      description: value,
      allowedMemberTypes: ['Application'],
      isEnabled: true,
      origin: 'Application',
    }));
  }

  addApplication(values: Written): StoredApplication {
    const made = { id: randomUUID(), appId: randomUUID(), values, federated: [] };
    this.applications.set(made.id, made);
    return made;
  }

  applicationOf(appId: string): StoredApplication | undefined {
    return [...this.applications.values()].find((one) => one.appId === appId);
  }

  addPrincipal(appId: string): StoredPrincipal {
    const made = { id: randomUUID(), appId };
    this.principals.set(made.id, made);
    return made;
  }

  principalOf(appId: string): StoredPrincipal | undefined {
    return [...this.principals.values()].find((one) => one.appId === appId);
  }

  /** The roles that a service principal offers: those of its application. */
  rolesOf({ appId }: StoredPrincipal): readonly Written[] {
    if (appId === GRAPH_APP_ID) return this.#graphRoles;
    return listOf(this.applicationOf(appId)?.values.appRoles);
  }
}

/** A value as a list of objects; empty where it is none. */
export function listOf(value: unknown): readonly Written[] {
  return Array.isArray(value) ? (value as readonly Written[]) : [];
}

/** Always the same for the same text. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}
