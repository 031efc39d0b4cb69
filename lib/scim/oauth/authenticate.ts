import type { HttpRequest } from '@azure/functions';
import { AppError } from '../../errors.ts';
import type { StoredCredential } from '../../ports/credentials.ts';
import type { Services } from '../../ports.ts';
import { type CredentialRole, clientOfToken, openedToken } from '../../sync/credential.ts';
import { presentedBearer } from './presented.ts';

type Needs = Pick<Services, 'accessTokens' | 'clock' | 'knownCredentials'>;

/** Who calls the SCIM service of a connection. */
export interface Caller {
  readonly role: CredentialRole;
  readonly credentialId: string;
}

/**
 * Lets a request pass whose bearer token (RFC 6750 section 2.1) opens the SCIM service of this
 * connection: a static one, or an access token issued to one of its clients. Costs no table read but
 * every 15 seconds, which is also how long a credential that was revoked by another process is good.
 * @throws AppError `unauthorized`, the same one whatever is wrong; `unavailable` where the state or
 *   the vault cannot be asked
 */
export async function authenticate(
  needs: Needs,
  connectionId: string,
  request: Pick<HttpRequest, 'headers'>,
): Promise<Caller> {
  const credential = await opening(needs, connectionId, request.headers.get('authorization'));
  if (!credential)
    throw new AppError('unauthorized', 'a valid credential of this connection is needed');
  needs.knownCredentials.used(connectionId, credential);
  return { role: credential.role, credentialId: credential.id };
}

async function opening(
  { accessTokens, clock, knownCredentials }: Needs,
  connectionId: string,
  authorization: string | null,
): Promise<StoredCredential | undefined> {
  const presented = presentedBearer(authorization);
  if (!presented) return undefined;
  if (!('jwt' in presented))
    return openedToken(await knownCredentials.of(connectionId), presented, clock.now());
  const claims = await accessTokens.verify(connectionId, presented.jwt);
  if (!claims) return undefined;
  // Signed is not enough: the client, or the secret that it was issued for, may be gone.
  const client = clientOfToken(await knownCredentials.of(connectionId), claims, clock.now());
  return client?.role === claims.role ? client : undefined;
}
