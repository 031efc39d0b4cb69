import {
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { AppError } from '../errors.ts';

/** A client secret of an app registration, and the tenant where it signs in. */
interface TenantSecret {
  /** Where tokens come from, e.g. `https://login.microsoftonline.com`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

let identity: TokenCredential | undefined;

/**
 * The identity that the platform gives this process; one a process, because it keeps the tokens.
 * `getToken` throws AppError `unavailable` when the platform gives none.
 * @param clientId of a user-assigned identity, which the platform gives only to who names it
 */
export function managedIdentity(clientId?: string): TokenCredential {
  identity ??= saysUnavailable(
    clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId }),
  );
  return identity;
}

/**
 * Signs in to a customer's tenant. The authority is taken at its word: discovery would ask
 * Microsoft's own authority whether it is genuine, which fails for any other.
 */
export function tenantCredential(secret: TenantSecret): TokenCredential {
  const { authority, tenantId, clientId, clientSecret } = secret;
  return new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost: authority,
    disableInstanceDiscovery: true,
  });
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
