import { z } from 'zod';

/** What signing in to Entra is for; each part may have credentials of its own. */
export const PARTS = ['users', 'groups', 'domains', 'export'] as const;
export const partSchema = z.enum(PARTS);
export type Part = z.infer<typeof partSchema>;

/** How many credentials a connection has for Entra at most. */
export const MOST_ENTRA_CREDENTIALS = 10;

export const entraCredentialIdSchema = z.string().regex(/^[a-z0-9]{1,22}$/);

/** A name in Key Vault. */
const secretName = z.string().regex(/^[A-Za-z0-9-]{1,127}$/);

const shared = {
  id: entraCredentialIdSchema,
  name: z.string().min(1).max(100).optional(),
  /** The part that it is used for; absent = all parts that have none of their own. */
  for: partSchema.optional(),
  /** When it ends, as far as anybody said; null = nobody did. */
  expiresAt: z.iso.datetime().nullable(),
};

/**
 * How a connection signs in to its tenant (Entra docs: client credentials flow). Secrets stand in Key
 * Vault; here is where.
 */
export const entraCredentialSchema = z.discriminatedUnion('kind', [
  z.object({ ...shared, kind: z.literal('secret'), clientId: z.guid(), secretName }),
  /** PEM of a certificate with its key. */
  z.object({ ...shared, kind: z.literal('certificate'), clientId: z.guid(), secretName }),
  /** The app's managed identity vouches for it (Entra docs: workload identity federation). */
  z.object({
    ...shared,
    kind: z.literal('federated'),
    clientId: z.guid(),
    /** Of the user-assigned identity; absent = the one that the platform offers. */
    identityClientId: z.guid().optional(),
  }),
  /** The connector's own application, which many tenants consent to. */
  z.object({ ...shared, kind: z.literal('connector') }),
]);
export type EntraCredential = z.infer<typeof entraCredentialSchema>;

/** What a connection's credentials are taken from. */
interface WithCredentials {
  readonly entra: { readonly credentials: readonly EntraCredential[] };
}

/** The credentials of a part in the order in which they are tried: its own, or else the general ones. */
export function credentialsFor(
  { entra }: WithCredentials,
  part?: Part,
): readonly EntraCredential[] {
  const general = entra.credentials.filter((one) => one.for === undefined);
  const own = part === undefined ? [] : entra.credentials.filter((one) => one.for === part);
  return own.length > 0 ? own : general;
}

/** The parts that a credential is used for, first or in reserve. */
export function partsOf(connection: WithCredentials, { id }: EntraCredential): readonly Part[] {
  return PARTS.filter((part) => credentialsFor(connection, part).some((one) => one.id === id));
}

/** The application that a credential signs in as; undefined where the connector has none. */
export function clientIdOf(
  credential: EntraCredential,
  connectorClientId: string | undefined,
): string | undefined {
  return credential.kind === 'connector' ? connectorClientId : credential.clientId;
}

/** Where the secrets of credentials stand in Key Vault. */
export function secretNamesOf(credentials: readonly EntraCredential[]): readonly string[] {
  return credentials.flatMap((one) => ('secretName' in one ? [one.secretName] : []));
}

/** The one credential of connections from before there were several. */
export function credentialOfBefore(clientId: string, name: string): EntraCredential {
  return { id: 'first', kind: 'secret', clientId, secretName: name, expiresAt: null };
}
