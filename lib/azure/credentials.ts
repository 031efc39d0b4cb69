import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { AppError } from '../errors.ts';

/** An app registration, and the tenant where it signs in. */
export interface Application {
  /** Where tokens come from, e.g. `https://login.microsoftonline.com`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
}

/** What an application proves itself by: its secrets, or a managed identity that vouches for it. */
export type Evidence =
  | { readonly kind: 'secret'; readonly secret: string }
  /** PEM of certificate and key. */
  | { readonly kind: 'certificate'; readonly certificate: string }
  | { readonly kind: 'federated'; readonly identityClientId: string | undefined };

const identities = new Map<string | undefined, TokenCredential>();

/**
 * An identity that the platform gives this process; opened once, because it keeps the tokens.
 * `getToken` throws AppError `unavailable` when the platform gives none.
 * @param clientId of a user-assigned identity, which the platform gives only to who names it
 */
export function managedIdentity(clientId?: string): TokenCredential {
  const opened =
    identities.get(clientId) ??
    saysUnavailable(
      clientId === undefined
        ? new ManagedIdentityCredential()
        : new ManagedIdentityCredential({ clientId }),
    );
  identities.set(clientId, opened);
  return opened;
}

/** What managed identities ask a token for that stands in for a secret (Entra docs: federation). */
const EXCHANGE = 'api://AzureADTokenExchange/.default';

/**
 * Signs in to a customer's tenant. The authority is taken at its word: discovery would ask
 * Microsoft's own authority whether it is genuine, which fails for any other.
 */
export function tenantCredential(
  { authority, tenantId, clientId }: Application,
  evidence: Evidence,
): TokenCredential {
  const options = { authorityHost: authority, disableInstanceDiscovery: true };
  switch (evidence.kind) {
    case 'secret':
      return new ClientSecretCredential(tenantId, clientId, evidence.secret, options);
    case 'certificate': {
      const { certificate } = evidence;
      return new ClientCertificateCredential(tenantId, clientId, { certificate }, options);
    }
    case 'federated': {
      const vouching = managedIdentity(evidence.identityClientId);
      const assertion = async () => (await vouching.getToken(EXCHANGE))?.token ?? '';
      return new ClientAssertionCredential(tenantId, clientId, assertion, options);
    }
  }
}

function saysUnavailable(credential: TokenCredential): TokenCredential {
  return {
    getToken: async (scopes, options) => {
      try {
        return await credential.getToken(scopes, options);
      } catch (cause) {
        throw new AppError('unavailable', 'the managed identity gives no token', { cause });
      }
    },
  };
}
