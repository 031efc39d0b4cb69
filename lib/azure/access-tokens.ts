import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { AccessTokens } from '../ports/credentials.ts';
import type { Secrets } from '../ports/platform.ts';
import { credentialIdSchema, credentialRoleSchema } from '../sync/credential.ts';
import { type KeyRingOptions, openKeyRing } from './key-ring.ts';

/** The secret that holds the signing keys; `kid` in a token's header names one. */
const SECRET_NAME = 'scim-token-key';

const ALGORITHM = 'HS256';
/** Keeps access tokens apart from whatever else the keys may sign one day (RFC 9068 section 2.1). */
const TYPE = 'at+jwt';

const claimsSchema = z.object({
  sub: credentialIdSchema,
  secret: credentialIdSchema,
  role: credentialRoleSchema,
  exp: z.number().int(),
});

/** A token is by and for the SCIM service of one connection, and no other takes it. */
const serviceOf = (connectionId: string) => `urn:tandem:scim:${connectionId}`;

/**
 * Opens the signing of access tokens: JWTs (RFC 7519) under keys that rotate. The keys are read at
 * the first use.
 */
export function openAccessTokens(secrets: Secrets, options: KeyRingOptions): AccessTokens {
  const keys = openKeyRing(secrets, SECRET_NAME, options);
  const keyOf = async ({ kid }: { readonly kid?: string }): Promise<KeyObject> => {
    const key = kid === undefined ? undefined : await keys.find(kid);
    if (!key) throw new errors.JWSSignatureVerificationFailed();
    return key;
  };
  return {
    sign: async ({ connectionId, credentialId, secretId, role, expiresAt }) => {
      const { keyId, key } = await keys.current();
      return new SignJWT({ secret: secretId, role })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keyId })
        .setIssuer(serviceOf(connectionId))
        .setAudience(serviceOf(connectionId))
        .setSubject(credentialId)
        .setIssuedAt(Math.floor(options.now() / 1_000))
        .setExpirationTime(expiresAt / 1_000)
        .sign(key);
    },
    verify: async (connectionId, token) => {
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: serviceOf(connectionId),
          audience: serviceOf(connectionId),
          currentDate: new Date(options.now()),
        });
        const claims = claimsSchema.safeParse(payload).data;
        if (!claims) return undefined;
        const { sub: credentialId, secret: secretId, role, exp } = claims;
        return { connectionId, credentialId, secretId, role, expiresAt: exp * 1_000 };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
