import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { StoredCredential } from '../ports/credentials.ts';
import { credentialRoleSchema } from '../sync/credential.ts';
import type { Call } from './manage.ts';
import { EXAMPLE, timeSchema } from './views.ts';

/** A time as it is stored: UTC; null = never. */
export const expirySchema = z.iso
  .datetime({ offset: true })
  .transform((time) => new Date(time).toISOString())
  .nullable();

/** @throws AppError `bad-request` */
export function requireFuture({ services }: Call, expiresAt: string | null): void {
  if (expiresAt !== null && Date.parse(expiresAt) <= services.clock.now())
    throw new AppError('bad-request', 'expiresAt: lies in the past');
}

export function nowOf({ services }: Call): string {
  return new Date(services.clock.now()).toISOString();
}

/** A secret of a client, without the secret. */
export const secretViewSchema = z.strictObject({
  id: z.string(),
  createdAt: timeSchema,
  /** Null = never. */
  expiresAt: timeSchema.nullable(),
});

/** A credential as administrators see it: never a secret, nor its hash. */
export const credentialViewSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['token', 'client']),
  role: credentialRoleSchema,
  createdAt: timeSchema,
  expiresAt: timeSchema.nullable(),
  /** To the hour; null = never. */
  lastUsedAt: timeSchema.nullable(),
  /** Of a client. */
  secrets: z.array(secretViewSchema).optional(),
});
type CredentialView = z.infer<typeof credentialViewSchema>;

export function shownCredential(credential: StoredCredential): CredentialView {
  const { id, name, kind, role, createdAt, expiresAt, usedAt } = credential;
  return {
    id,
    name,
    kind,
    role,
    createdAt,
    expiresAt,
    lastUsedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
    ...(credential.kind === 'client' && {
      secrets: credential.secrets.map(({ id: secretId, createdAt: since, expiresAt: until }) => ({
        id: secretId,
        createdAt: since,
        expiresAt: until,
      })),
    }),
  };
}

export const CREDENTIAL_EXAMPLE: CredentialView = {
  id: EXAMPLE.credentialId,
  name: 'The application',
  kind: 'client',
  role: 'app',
  createdAt: EXAMPLE.at,
  expiresAt: null,
  lastUsedAt: null,
  secrets: [{ id: EXAMPLE.secretId, createdAt: EXAMPLE.at, expiresAt: null }],
};

/** A credential that was just made, with its secret. */
export const newCredentialSchema = z.strictObject({
  ...credentialViewSchema.shape,
  tenantUrl: z.string(),
  /** Of a token. */
  token: z.string().optional(),
  /** Of a client. */
  tokenUrl: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
});

export const NEW_CREDENTIAL_EXAMPLE: z.infer<typeof newCredentialSchema> = {
  ...CREDENTIAL_EXAMPLE,
  tenantUrl: 'https://tandem.example/scim/v2/contoso',
  tokenUrl: 'https://tandem.example/scim/v2/contoso/token',
  clientId: EXAMPLE.credentialId,
  clientSecret: 'shown once',
};
