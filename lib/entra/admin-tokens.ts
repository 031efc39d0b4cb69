import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { AdminTokens } from '../ports/administrators.ts';
import type { Clock } from '../ports/platform.ts';
import type { SigningKeys } from './signing-keys.ts';

interface AdminTokensOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: SigningKeys;
  readonly clock: Clock;
}

/** The one algorithm that Entra signs with (Entra docs: access tokens); a token has no say in it. */
const ALGORITHM = 'RS256';
/** By how much clocks may differ. */
const TOLERANCE_SECONDS = 60;
/** Longer than any of Entra's, which leave out what would make them long. */
const MOST_CHARACTERS = 16_384;

const id = z.string().min(1).max(256);
const claimsSchema = z.object({
  oid: id.optional(),
  sub: id.optional(),
  /** Version 2.0 of the tokens names the application by `azp`, version 1.0 by `appid`. */
  azp: id.optional(),
  appid: id.optional(),
  roles: z.array(z.string()).default([]),
});

const NOT_VALID = 'the token is not valid';

const OF_CLAIM: ReadonlyMap<string, string> = new Map([
  ['iss', 'the token is of another issuer'],
  ['aud', 'the token is for another audience'],
  ['nbf', 'the token is not valid yet'],
]);

/**
 * Opens the tokens that administrators bring (JWT, RFC 7519; Entra docs: access token claims
 * reference), versions 1.0 and 2.0.
 */
export function openAdminTokens({
  issuer,
  audience,
  keys,
  clock,
}: AdminTokensOptions): AdminTokens {
  const keyOf = async ({ kid }: { readonly kid?: string }): Promise<KeyObject> => {
    const key = kid === undefined ? undefined : await keys.find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  };
  return {
    verify: async (token) => {
      if (token.length > MOST_CHARACTERS) return { problem: NOT_VALID };
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: [ALGORITHM],
          issuer,
          audience,
          requiredClaims: ['exp'],
          clockTolerance: TOLERANCE_SECONDS,
          currentDate: new Date(clock.now()),
        });
        return signedIn(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) return { problem: problemOf(error) };
        throw error;
      }
    },
  };
}

function signedIn(payload: unknown): Awaited<ReturnType<AdminTokens['verify']>> {
  const claims = claimsSchema.safeParse(payload).data;
  const appId = claims?.azp ?? claims?.appid ?? null;
  const bearer = claims?.oid ?? claims?.sub ?? appId;
  if (!claims || bearer === null) return { problem: 'the token does not say whose it is' };
  return { id: bearer, appId, roles: claims.roles };
}

function problemOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the token is signed with an unknown key';
  const isOfClaim = error instanceof errors.JWTClaimValidationFailed;
  return (isOfClaim ? OF_CLAIM.get(error.claim) : undefined) ?? NOT_VALID;
}
