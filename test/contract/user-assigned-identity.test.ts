import { afterAll, beforeAll, expect, it } from 'vitest';
import { managedIdentity } from '../../lib/azure/credentials.ts';
import { startLoopbackServer } from '../../local/loopback-server.ts';

const CLIENT_ID = '4f0f6d4e-2c1c-4d4f-9f6a-0a6a0d1f2b3c';

/** The platform of an app that has a user-assigned identity only: it gives nothing to who names none. */
let platform: Awaited<ReturnType<typeof startLoopbackServer>>;
beforeAll(async () => {
  platform = await startLoopbackServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const isOurs = searchParams.get('client_id') === CLIENT_ID;
    const expiresOn = Math.floor(Date.now() / 1_000) + 3_600;
    const token = { access_token: 'of the identity', expires_on: String(expiresOn) };
    const resource = searchParams.get('resource');
    const body = isOurs ? { ...token, resource, token_type: 'Bearer' } : { statusCode: 400 };
    response.writeHead(isOurs ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  process.env.IDENTITY_ENDPOINT = `${platform.url}/msi/token`;
  process.env.IDENTITY_HEADER = 'known to the app';
});
afterAll(() => platform.close());

it('a user-assigned identity is asked for by its client id', async () => {
  const token = await managedIdentity(CLIENT_ID).getToken('https://vault.azure.net/.default');
  expect(token?.token).toBe('of the identity');
});
