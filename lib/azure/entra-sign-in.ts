import type { TokenCredential } from '@azure/identity';
import { AppError } from '../errors.ts';
import type { Clock, Secrets } from '../ports/platform.ts';
import { clientIdOf, type EntraCredential } from '../sync/entra-credential.ts';
import { type Evidence, tenantCredential } from './credentials.ts';

/** Where the connector's own application has its secret, or its certificate with the key (PEM). */
const CONNECTOR_SECRET = 'connector-secret';
const CONNECTOR_CERTIFICATE = 'connector-certificate';

/** For so long what was found in the vault is used without asking again. */
const REMEMBERED_MILLISECONDS = 30_000;

/** What signing in takes. */
export interface SignInNeeds {
  readonly secrets: Pick<Secrets, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Where tokens come from. */
  readonly authority: string;
  /** The connector's own application. */
  readonly connector: { readonly clientId: string | undefined };
  /** The managed identity that vouches, where no other is named. */
  readonly identityClientId: string | undefined;
}

/**
 * Signs in to a tenant with one credential of a connection. The vault is asked when the first token
 * is needed, not before, and again after a while: a secret may be changed there.
 * `getToken` throws AppError `credential-refused` where there is nothing to sign in with, and what
 * the secrets throw.
 */
export function openEntraSignIn(
  needs: SignInNeeds,
  tenantId: string,
  credential: EntraCredential,
): TokenCredential {
  let known: { key: string; until: number; credential: TokenCredential } | undefined;
  const open = async (): Promise<TokenCredential> => {
    if (known && known.until > needs.clock.now()) return known.credential;
    const evidence = await evidenceOf(needs, credential);
    const clientId = clientIdOf(credential, needs.connector.clientId);
    if (clientId === undefined)
      throw new AppError('credential-refused', 'CONNECTOR_CLIENT_ID is not set');
    const key = JSON.stringify(evidence);
    const { authority } = needs;
    const isSame = known?.key === key;
    const signIn =
      known && isSame
        ? known.credential
        : tenantCredential({ authority, tenantId, clientId }, evidence);
    known = { key, credential: signIn, until: needs.clock.now() + REMEMBERED_MILLISECONDS };
    return signIn;
  };
  return { getToken: async (scopes, options) => (await open()).getToken(scopes, options) };
}

async function evidenceOf(
  { secrets, identityClientId }: SignInNeeds,
  credential: EntraCredential,
): Promise<Evidence> {
  switch (credential.kind) {
    case 'secret':
      return { kind: 'secret', secret: await stored(secrets, credential.secretName) };
    case 'certificate':
      return { kind: 'certificate', certificate: await stored(secrets, credential.secretName) };
    case 'federated':
      return {
        kind: 'federated',
        identityClientId: credential.identityClientId ?? identityClientId,
      };
    case 'connector': {
      const certificate = await secrets.get(CONNECTOR_CERTIFICATE);
      if (certificate !== undefined) return { kind: 'certificate', certificate };
      const secret = await secrets.get(CONNECTOR_SECRET);
      if (secret !== undefined) return { kind: 'secret', secret };
      return { kind: 'federated', identityClientId };
    }
  }
}

async function stored(secrets: Pick<Secrets, 'get'>, name: string): Promise<string> {
  const value = await secrets.get(name);
  if (value !== undefined) return value;
  throw new AppError('credential-refused', 'the credential is not in the vault');
}
