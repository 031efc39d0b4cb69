import { z } from 'zod';
import type { Connection } from '../sync/connection.ts';
import { type EntraCredential, partSchema } from '../sync/entra-credential.ts';
import { EXAMPLE, timeSchema } from './views.ts';

/** A credential for Entra as administrators see it: never where its secret stands. */
export const entraCredentialViewSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['secret', 'certificate', 'federated', 'connector']),
  name: z.string().nullable(),
  /** The part that it is used for; `all` = every part that has none of its own. */
  for: z.union([z.literal('all'), partSchema]),
  /** Null = nobody knows. */
  expiresAt: timeSchema.nullable(),
  clientId: z.string().optional(),
  identityClientId: z.string().optional(),
});
type EntraCredentialView = z.infer<typeof entraCredentialViewSchema>;

/** How a connection signs in. */
export const entraViewSchema = z.strictObject({
  tenantId: z.string(),
  /** The application that notifications are asked for as. */
  clientId: z.string(),
  readsExpiry: z.boolean(),
  credentials: z.array(entraCredentialViewSchema),
});

export function shownEntra(entra: Connection['entra']): z.infer<typeof entraViewSchema> {
  const { tenantId, clientId, credentials, readsExpiry = false } = entra;
  return { tenantId, clientId, readsExpiry, credentials: credentials.map(shownEntraCredential) };
}

export function shownEntraCredential(credential: EntraCredential): EntraCredentialView {
  const { id, kind, name = null, for: part = 'all', expiresAt } = credential;
  const identity = credential.kind === 'federated' ? credential.identityClientId : undefined;
  return {
    id,
    kind,
    name,
    for: part,
    expiresAt,
    ...('clientId' in credential && { clientId: credential.clientId }),
    ...(identity !== undefined && { identityClientId: identity }),
  };
}

export const ENTRA_CREDENTIAL_EXAMPLE: EntraCredentialView = {
  id: '5f0c2d1e',
  kind: 'secret',
  name: 'From the portal',
  for: 'all',
  expiresAt: '2027-05-01T00:00:00.000Z',
  clientId: EXAMPLE.clientId,
};
