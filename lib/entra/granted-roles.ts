import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';

const MOST_ROLES = 1_000;
const LONGEST_TOKEN = 100_000;

const claimsSchema = z.object({ roles: z.array(z.string()).max(MOST_ROLES).default([]) });

/**
 * The permissions that stand in the application's token (Entra docs: access token claims, `roles`).
 * It is Graph that decides by them: here they only help to say why it refused. Undefined where the
 * token shows nothing.
 */
export async function grantedRoles(
  credential: TokenCredential,
  scope: string,
): Promise<ReadonlySet<string> | undefined> {
  const token = await credential.getToken(scope).catch(() => null);
  return rolesIn(token?.token ?? '');
}

/** The permissions in a token; undefined where it shows nothing. */
export function rolesIn(token: string): ReadonlySet<string> | undefined {
  const claims = claimsSchema.safeParse(payloadOf(token));
  return claims.success ? new Set(claims.data.roles) : undefined;
}

/** The middle of a JWT (RFC 7519 section 3); undefined where it is none. */
function payloadOf(token: string): unknown {
  if (token.length > LONGEST_TOKEN) return undefined;
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
