import { z } from 'zod';
import type { CredentialFailure } from '../ports/authorizations.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { authorizationOf, authorizationStatusSchema } from '../sync/authorization.ts';
import { daysUntil, TOLD_BEFORE } from '../sync/expiry.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { signInAdvice } from '../sync/sign-in-advice.ts';
import { testedKey } from '../sync/tested.ts';
import {
  ENTRA_CREDENTIAL_EXAMPLE,
  entraCredentialViewSchema,
  shownEntraCredential,
} from './entra-view.ts';
import type { Call } from './manage.ts';
import { EXAMPLE, timeSchema } from './views.ts';

const partViewSchema = z.strictObject({
  status: authorizationStatusSchema,
  at: timeSchema.optional(),
  /** Who consented or tested: an object id. */
  by: z.string().optional(),
  how: z.enum(['consent', 'test']).optional(),
  /** Those in the token that was had. */
  permissions: z.array(z.string()).optional(),
  /** Those that the switches need beyond that. */
  missing: z.array(z.string()).optional(),
  code: z.string().optional(),
  why: z.string().optional(),
  /** What to do. */
  next: z.string().optional(),
});

const lastTestSchema = z.strictObject({
  at: timeSchema,
  by: z.string(),
  passed: z.boolean(),
  /** Nothing that it is about was changed since. */
  isOfNow: z.boolean(),
});

const credentialStandingSchema = z.strictObject({
  ...entraCredentialViewSchema.shape,
  /** By the calendar, less than 0 = it has ended; null = nobody knows. */
  daysLeft: z.int().nullable(),
  /** What to do about an end that is near. */
  expiryNext: z.string().optional(),
  /** Why Entra refused it the last time; null = it did not. */
  failure: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      at: timeSchema,
      since: timeSchema,
      next: z.string(),
    })
    .nullable(),
});

/** How a connection stands with its tenant, as members of its status. */
export const authorizationShape = {
  authorization: z.strictObject({
    users: partViewSchema,
    groups: partViewSchema,
    domains: partViewSchema,
    export: partViewSchema,
  }),
  lastTest: lastTestSchema.nullable(),
  entraCredentials: z.array(credentialStandingSchema),
};
type AuthorizationView = z.infer<z.ZodObject<typeof authorizationShape>>;

/** How each part stands with the tenant, and each credential; nothing secret is in it. */
export async function authorizationView({ services }: Call, connection: StoredConnection) {
  const { proofs, failures, test, expiries } = await services.authorizations.of(connection);
  const { settings } = rulesOf(connection);
  return {
    authorization: {
      users: authorizationOf('users', proofs.users, settings),
      groups: authorizationOf('groups', proofs.groups, settings),
      domains: authorizationOf('domains', proofs.domains, settings),
      export: authorizationOf('export', proofs.export, settings),
    },
    lastTest: test && {
      at: test.at,
      by: test.by,
      passed: test.passed,
      isOfNow: test.of === testedKey(connection),
    },
    entraCredentials: connection.entra.credentials.map((credential) => {
      const failure = failures.get(credential.id);
      const read = connection.entra.readsExpiry ? expiries?.ends[credential.id] : undefined;
      return {
        ...shownEntraCredential(credential),
        ...expiryView(read ?? credential.expiresAt, services.clock.now()),
        failure: failure ? failureView(failure) : null,
      };
    }),
  };
}

function failureView(failure: CredentialFailure) {
  return { ...failure, next: signInAdvice(failure.code, failure.message) };
}

/** Days that are left, and what to do where they are few. */
function expiryView(expiresAt: string | null, now: number) {
  if (expiresAt === null) return { expiresAt, daysLeft: null };
  const daysLeft = daysUntil(expiresAt, now);
  return { expiresAt, daysLeft, ...(daysLeft <= FEW_DAYS && { expiryNext: RENEW }) };
}

const FEW_DAYS = Math.max(...TOLD_BEFORE);
const RENEW = 'make a new secret or certificate, add it as a credential, then remove this one';

const AUTHORIZED: AuthorizationView['authorization']['users'] = {
  status: 'authorized',
  at: EXAMPLE.at,
  by: EXAMPLE.userId,
  how: 'consent',
  permissions: ['User.Read.All', 'Group.Read.All'],
  missing: [],
};

export const AUTHORIZATION_EXAMPLE: AuthorizationView = {
  authorization: {
    users: AUTHORIZED,
    groups: AUTHORIZED,
    domains: AUTHORIZED,
    export: {
      ...AUTHORIZED,
      status: 'incomplete',
      missing: ['User.ReadWrite.All'],
      next: 'grant User.ReadWrite.All to the application, then consent (authorize)',
    },
  },
  lastTest: { at: EXAMPLE.at, by: EXAMPLE.userId, passed: true, isOfNow: true },
  entraCredentials: [{ ...ENTRA_CREDENTIAL_EXAMPLE, daysLeft: 160, failure: null }],
};
