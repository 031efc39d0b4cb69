import { z } from 'zod';
import { AppError } from '../errors.ts';
import { hasBody, readJson } from '../http.ts';
import type { Connection } from '../sync/connection.ts';
import { callbackAddress, consentAddress } from '../sync/consent-address.ts';
import {
  clientIdOf,
  type EntraCredential,
  entraCredentialIdSchema,
} from '../sync/entra-credential.ts';
import { hashOf, newSecret } from '../sync/secret.ts';
import { type Contract, route } from './contract.ts';
import { SHOWN_ONCE, stayingConnection } from './credentials.ts';
import { EXAMPLE, timeSchema } from './views.ts';

/** The state is good for so long. */
const CONSENT_MILLISECONDS = 10 * 60_000;

const askSchema = z.strictObject({
  /** Whose application is to be consented to; absent = the first one's. */
  credentialId: entraCredentialIdSchema.optional(),
});

const contract = {
  operation: 'authorize',
  summary:
    'The address at which an administrator of the tenant consents; good once, for ten minutes',
  body: { schema: askSchema, example: {}, optional: true },
  answers: {
    200: {
      description: 'Where the browser goes, and comes back to',
      body: z.strictObject({
        address: z.url(),
        redirectUri: z.url(),
        clientId: z.string(),
        expiresAt: timeSchema,
      }),
      example: {
        address: `https://login.microsoftonline.com/${EXAMPLE.tenantId}/v2.0/adminconsent?client_id=…`,
        redirectUri: 'https://tandem.example/manage/authorize/callback',
        clientId: EXAMPLE.clientId,
        expiresAt: EXAMPLE.later,
      },
    },
  },
  problems: ['conflict'],
} satisfies Contract;

/**
 * Gives the address at which an administrator of the tenant consents. What the browser brings back is
 * good once, for ten minutes, and counts as the caller's.
 */
export const authorize = route(contract)(async (call) => {
  const { services } = call;
  const connection = await stayingConnection(call);
  const { credentialId } = hasBody(call.request) ? await readJson(call.request, askSchema) : {};
  const credential = credentialOf(connection, credentialId);
  const { connector, publicUrl, entraAuthority, graphBaseUrl } = services.config;
  const clientId = clientIdOf(credential, connector.clientId);
  if (clientId === undefined)
    throw new AppError('conflict', 'the connector has no application: set CONNECTOR_CLIENT_ID');
  if (publicUrl === undefined)
    throw new AppError('conflict', 'nobody could come back: set PUBLIC_URL to this app’s address');
  const secret = newSecret();
  const now = services.clock.now();
  const expiresAt = now + CONSENT_MILLISECONDS;
  const pending = { by: call.caller.id, credentialId: credential.id, expiresAt };
  await services.authorizations.begin(connection, hashOf(secret), pending, now);
  services.log.info('consent is asked for', { connectionId: connection.id });
  const redirectUri = callbackAddress(publicUrl);
  const address = consentAddress({
    authority: entraAuthority,
    tenantId: connection.entra.tenantId,
    clientId,
    graph: graphBaseUrl,
    redirectUri,
    state: `${connection.id}.${secret}`,
  });
  return {
    status: 200,
    headers: SHOWN_ONCE,
    jsonBody: { address, redirectUri, clientId, expiresAt: new Date(expiresAt).toISOString() },
  };
});

function credentialOf({ entra }: Connection, id: string | undefined): EntraCredential {
  const found = entra.credentials.find((one) =>
    id === undefined ? one.for === undefined : one.id === id,
  );
  if (!found) throw new AppError('not-found', 'there is no such credential');
  return found;
}
