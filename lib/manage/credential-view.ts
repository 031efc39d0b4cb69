import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { StoredCredential } from '../ports/credentials.ts';
import type { Call } from './manage.ts';

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

/** What administrators see of a credential: never a secret, nor its hash. */
export function shownCredential(credential: StoredCredential) {
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
