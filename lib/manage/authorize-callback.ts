import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import type { PendingConsent } from '../ports/authorizations.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { broughtBack } from '../sync/consent-address.ts';
import { clientIdOf, type EntraCredential, partsOf } from '../sync/entra-credential.ts';
import { hashOf } from '../sync/secret.ts';
import { signInAdvice } from '../sync/sign-in-advice.ts';
import { declinedProofs, type Looked, lookAtTenant, proofsOf } from './look-at-tenant.ts';
import type { ManageNeeds } from './manage.ts';

/** A consent takes a moment until it shows in tokens; so many milliseconds between two tries. */
const PAUSES = [1_000, 2_000] as const;

/** A consent that was asked for, and what it was for. */
interface Found {
  readonly connection: StoredConnection;
  readonly pending: PendingConsent;
  readonly credential: EntraCredential;
}

/**
 * Where the browser comes back to from the tenant's consent; it carries no token of ours. What it
 * brings can be written by anybody: it counts only with a state that was given out and not yet used,
 * and only once a token of that tenant can be had and opens what the credential is for.
 */
export async function finishConsent(
  services: ManageNeeds,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const query = new URL(request.url).searchParams;
  const found = await foundConsent(services, query.get('state') ?? '');
  const { connection, credential } = found;
  const back = broughtBack(query);
  if (back.outcome === 'nothing')
    throw new AppError('bad-request', 'this says nothing of a consent; start again (authorize)');
  if (back.outcome === 'declined') {
    const declined = declinedProofs(
      back.why,
      partsOf(connection, credential),
      whoOf(services, found),
    );
    await services.authorizations.prove(connection, declined);
    throw new AppError(
      'access-denied',
      `consent was not given (${back.why}); ask an administrator of the tenant, and start again (authorize)`,
    );
  }
  if (back.tenant !== null && back.tenant !== connection.entra.tenantId.toLowerCase())
    throw new AppError(
      'conflict',
      'the consent is said to be another tenant’s; sign in as an administrator of the connection’s own, and start again (authorize)',
    );
  return prove(services, found);
}

/** @throws AppError `bad-request`, the same whatever is wrong with the state */
async function foundConsent(services: ManageNeeds, state: string): Promise<Found> {
  const [, connectionId, secret] = /^([a-z0-9][a-z0-9-]{0,39})\.([\w-]{43})$/.exec(state) ?? [];
  const connection =
    connectionId === undefined ? undefined : await services.connections.get(connectionId);
  const pending =
    connection && (await services.authorizations.take(connection, hashOf(secret ?? '')));
  const credential = connection?.entra.credentials.find(({ id }) => id === pending?.credentialId);
  if (!connection || !pending || !credential || pending.expiresAt <= services.clock.now())
    throw new AppError(
      'bad-request',
      'nobody waits for this any more: the address was used, has expired, or was never given out; start again (authorize)',
    );
  return { connection, pending, credential };
}

function whoOf(services: ManageNeeds, { pending, credential }: Found) {
  return {
    at: new Date(services.clock.now()).toISOString(),
    by: pending.by,
    how: 'consent' as const,
    clientId: clientIdOf(credential, services.config.connector.clientId) ?? null,
  };
}

async function prove(services: ManageNeeds, found: Found): Promise<HttpResponseInit> {
  const { connection, credential } = found;
  const parts = partsOf(connection, credential);
  const look = () => lookAtTenant(services.tenants.trySignIn(connection, credential), parts);
  let looked = await look();
  for (const pause of PAUSES) {
    if (!failureOf(looked)) break;
    await services.sleep(pause);
    looked = await look();
  }
  await services.authorizations.prove(connection, proofsOf(looked, parts, whoOf(services, found)));
  const failure = failureOf(looked);
  const connectionId = connection.id;
  if (failure) {
    services.log.warn('a consent opens nothing', { connectionId, code: failure.code });
    const { code, message } = failure;
    throw new AppError(
      code,
      `${message}; ${signInAdvice(code, message)}, then test the connection`,
    );
  }
  services.log.info('a tenant is authorized', { connectionId, by: found.pending.by });
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: 'The tenant is connected. You can close this window.\n',
  };
}

/** Why a consent is of no use; domains are read where that is allowed. */
function failureOf({ failures }: Looked): AppError | undefined {
  return failures.get('token') ?? failures.get('users') ?? failures.get('groups');
}
