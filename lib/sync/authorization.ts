import { z } from 'zod';
import type { Part } from './entra-credential.ts';
import { missingPermissions } from './permissions.ts';
import type { RuleSettings } from './rules/settings.ts';
import { signInAdvice } from './sign-in-advice.ts';

/** What it was found out by: an administrator’s consent, or a test of the connection. */
export const proofSchema = z.object({
  at: z.iso.datetime(),
  by: z.string().max(300),
  how: z.enum(['consent', 'test']),
  clientId: z.string().nullable(),
  /** The permissions in the token that was had. */
  permissions: z.array(z.string()),
  /** Why it did not work; null = it did. */
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Proof = z.infer<typeof proofSchema>;

/** How a part can stand: `incomplete` lacks permissions, `declined` was an administrator’s no. */
export const authorizationStatusSchema = z.enum([
  'unknown',
  'authorized',
  'incomplete',
  'declined',
  'refused',
]);

/** How a part stands. */
export interface Authorization {
  readonly status: z.infer<typeof authorizationStatusSchema>;
  readonly at?: string;
  readonly by?: string;
  readonly how?: Proof['how'];
  readonly permissions?: readonly string[];
  readonly missing?: readonly string[];
  readonly code?: string;
  readonly why?: string;
  /** What to do next. */
  readonly next?: string;
}

/** The code of a consent that was not given. */
export const DECLINED = 'consent-declined';

/** How a part stands, by what was last found out and by the switches of now. */
export function authorizationOf(
  part: Part,
  proof: Proof | undefined,
  switches: Pick<RuleSettings, 'users' | 'groups'>,
): Authorization {
  if (!proof)
    return { status: 'unknown', next: 'consent (POST …/authorize), or test it (POST …/test)' };
  const { at, by, how, permissions, failure } = proof;
  if (failure?.code === DECLINED)
    return {
      status: 'declined',
      at,
      by,
      how,
      code: failure.code,
      why: failure.message,
      next: 'ask an administrator of the tenant to consent (authorize)',
    };
  const missing = missingPermissions(part, switches, permissions);
  const granting = `grant ${missing.join(', ')} to the application, then consent (authorize)`;
  if (failure)
    return {
      status: 'refused',
      at,
      by,
      how,
      permissions,
      missing,
      code: failure.code,
      why: failure.message,
      next:
        missing.length > 0 && failure.code === 'access-denied'
          ? granting
          : signInAdvice(failure.code, failure.message),
    };
  if (missing.length > 0)
    return { status: 'incomplete', at, by, how, permissions, missing, next: granting };
  return { status: 'authorized', at, by, how, permissions, missing };
}
