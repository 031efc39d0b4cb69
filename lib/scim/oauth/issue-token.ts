import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { hasCode } from '../../errors.ts';
import { readForm } from '../../http.ts';
import type { StoredCredential } from '../../ports/credentials.ts';
import type { Services } from '../../ports.ts';
import { type Client, type ClientSecret, openedClient } from '../../sync/credential.ts';
import type { Presented } from './presented.ts';
import { parseTokenRequest, type TokenError, unknownClient } from './token-request.ts';

type Needs = Pick<Services, 'accessTokens' | 'clock' | 'knownCredentials' | 'log'>;

const LIFETIME_SECONDS = 60 * 60;
const MOST_BYTES = 8 * 1024;

/** Nobody keeps a token's answer (RFC 6749 section 5.1). */
const HEADERS = { 'cache-control': 'no-store', pragma: 'no-cache' };

/**
 * The token endpoint of a connection: issues an access token for client credentials, which the form
 * or the header carries (RFC 6749 sections 2.3.1 and 4.4). What is wrong is an answer of section 5.2.
 * @throws AppError `unavailable` where the state or the vault cannot be asked
 */
export async function issueToken(
  needs: Needs,
  connectionId: string,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const asked = await read(request);
  if ('error' in asked) return refusal(asked);
  const now = needs.clock.now();
  const opened = openedClient(await needs.knownCredentials.of(connectionId), asked, now);
  if (!opened) return refusal(unknownClient());
  const { client } = opened;
  needs.knownCredentials.used(connectionId, client);
  const seconds = Math.floor(now / 1_000);
  const expiry = expirySeconds(opened, seconds);
  const token = await needs.accessTokens.sign({
    connectionId,
    credentialId: client.id,
    secretId: opened.secret.id,
    role: client.role,
    expiresAt: expiry * 1_000,
  });
  needs.log.info('access token issued', { connectionId, credentialId: client.id });
  return {
    status: 200,
    headers: HEADERS,
    jsonBody: { access_token: token, token_type: 'Bearer', expires_in: expiry - seconds },
  };
}

async function read(request: HttpRequest): Promise<Presented | TokenError> {
  try {
    const form = await readForm(request, { maxBytes: MOST_BYTES });
    return parseTokenRequest(form, request.headers.get('authorization'));
  } catch (error) {
    if (!hasCode(error, 'bad-request', 'payload-too-large')) throw error;
    return { error: 'invalid_request', description: error.message };
  }
}

/** No token outlives what it was issued for. */
function expirySeconds(
  { client, secret }: { readonly client: StoredCredential & Client; readonly secret: ClientSecret },
  now: number,
): number {
  const ends = [client.expiresAt, secret.expiresAt].flatMap((end) =>
    end === null ? [] : Math.floor(Date.parse(end) / 1_000),
  );
  return Math.min(now + LIFETIME_SECONDS, ...ends);
}

/** A 401 names a scheme, as whoever tried Basic has to be told (RFC 6749 section 5.2). */
function refusal({ error, description }: TokenError): HttpResponseInit {
  const isUnknown = error === 'invalid_client';
  return {
    status: isUnknown ? 401 : 400,
    headers: { ...HEADERS, ...(isUnknown && { 'www-authenticate': 'Basic realm="scim"' }) },
    jsonBody: { error, error_description: description },
  };
}
