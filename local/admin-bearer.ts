import { z } from 'zod';

/** Who signs in, and where. */
export interface AdminSignIn {
  readonly tenantUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number() });

/** A token is taken anew this long before it expires. */
const MARGIN_MS = 5 * 60_000;

/** The form that the connector's registration gets a token for the admin API with. */
export function tokenForm({ clientId, clientSecret }: AdminSignIn): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `api://${clientId}/.default`,
  };
}

/** Where tokens are to be had. */
export function tokenUrlOf({ tenantUrl, tenantId }: AdminSignIn): string {
  return `${tenantUrl}/${tenantId}/oauth2/v2.0/token`;
}

/**
 * Signs in to the tenant as an administrator, whenever a token is needed and the last one is about to
 * expire. The process must trust the tenant's certificate.
 */
export function openAdminBearer(signIn: AdminSignIn): () => Promise<string> {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (kept && Date.now() < kept.until) return kept.token;
    const body = new URLSearchParams(tokenForm(signIn));
    const response = await fetch(tokenUrlOf(signIn), { method: 'POST', body });
    if (!response.ok) throw new Error(`nobody can sign in: ${await response.text()}`);
    const { access_token: token, expires_in: seconds } = tokenSchema.parse(await response.json());
    kept = { token, until: Date.now() + seconds * 1_000 - MARGIN_MS };
    return token;
  };
}
