import { beforeEach, describe, expect, it } from 'vitest';
import { authenticate } from '../../../../lib/scim/oauth/authenticate.ts';
import { newSecret, newSecretId } from '../../../../lib/sync/secret.ts';
import { calling, openService, refusalOf, type Service } from './open-service.ts';

const REFUSED = 'unauthorized: a valid credential of this connection is needed';
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

let service: Service;
const refusal = (connectionId: string, bearer: string) =>
  refusalOf(service.enter(connectionId, bearer));

/** An access token for a client. */
async function accessToken(connectionId: string, id: string, secret = ''): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
  const { jsonBody } = await service.ask(connectionId, form);
  expect(jsonBody).toMatchObject({ token_type: 'Bearer' });
  return String(jsonBody.access_token);
}

beforeEach(async () => {
  service = await openService();
  await service.connect('one');
  await service.connect('two', { import: 'push' });
});

describe('a static token', () => {
  it('opens its connection, in its role', async () => {
    const app = await service.token('one');
    const entra = await service.token('two', { role: 'entra' });
    const other = await service.token('two');
    expect(await service.enter('one', app.bearer)).toEqual({
      role: 'app',
      credentialId: app.credential.id,
    });
    expect(await service.enter('two', entra.bearer)).toMatchObject({ role: 'entra' });
    expect(await service.enter('two', other.bearer)).toMatchObject({ role: 'app' });
  });

  it('is refused in the same words whatever is wrong', async () => {
    const { bearer, credential, secret } = await service.token('one');
    const expired = await service.token('one', { expiresAt: at(0) });
    const early = await service.token('one', { role: 'entra' });
    const former = await service.token('one', { connectionSince: at(-60) });
    const pair = (id: string, value: string) => Buffer.from(`${id}:${value}`).toString('base64');
    const wrong = [
      await refusal('one', pair(credential.id, newSecret())),
      await refusal('one', pair(newSecretId(), secret)),
      await refusal('one', pair(credential.id, credential.hash)),
      await refusal('one', expired.bearer),
      await refusal('one', early.bearer),
      await refusal('one', former.bearer),
      await refusal('two', bearer),
      await refusal('three', bearer),
      await refusal('', bearer),
      await refusal('../one', bearer),
      await refusal('one', ''),
      await refusalOf(authenticate(service, 'one', calling(undefined))),
      await refusalOf(authenticate(service, 'one', calling(`Basic ${bearer}`))),
    ];
    expect(new Set(wrong)).toEqual(new Set([REFUSED]));
    expect(await refusal('one', bearer)).toBe('');
  });

  it('ends on time', async () => {
    const { bearer } = await service.token('one', { expiresAt: at(60) });
    service.clock.time += 59_999;
    expect(await refusal('one', bearer)).toBe('');
    service.clock.time += 1;
    expect(await refusal('one', bearer)).toBe(REFUSED);
  });

  it('says nothing of itself in the log', async () => {
    const { bearer, secret, credential } = await service.token('one');
    service.troubles.add('write credentials');
    await service.enter('one', bearer);
    await refusal('two', bearer);
    await expect.poll(() => service.lines.length).toBe(1);
    for (const hidden of [bearer, secret, credential.hash])
      expect(service.lines.join('\n')).not.toContain(hidden);
  });
});

describe('an access token', () => {
  it('opens the connection of its client for an hour', async () => {
    const { id, secrets } = await service.client('two', { role: 'entra' });
    const token = await accessToken('two', id, secrets[0]);
    expect(await service.enter('two', token)).toEqual({ role: 'entra', credentialId: id });
    expect(await refusal('one', token)).toBe(REFUSED);
    service.clock.time += 3_599_999;
    expect(await refusal('two', token)).toBe('');
    service.clock.time += 1;
    expect(await refusal('two', token)).toBe(REFUSED);
  });

  it('is good in every process', async () => {
    const { id, secrets } = await service.client('one');
    const token = await accessToken('one', id, secrets[0]);
    const other = service.openProcess();
    expect(await service.enter('one', token, other)).toEqual({ role: 'app', credentialId: id });
  });

  it('ends within 15 seconds with its client, and with the secret it was issued for', async () => {
    const { id, secrets, credential } = await service.client('one', {}, [null, null]);
    const [first, second] = [
      await accessToken('one', id, secrets[0]),
      await accessToken('one', id, secrets[1]),
    ];
    const left = { ...credential, secrets: credential.secrets.slice(1) };
    await service.credentials.save('one', left);
    service.clock.time += 15_000;
    expect([await refusal('one', first), await refusal('one', second)]).toEqual([REFUSED, '']);
    await service.credentials.remove('one', id);
    service.clock.time += 15_000;
    expect(await refusal('one', second)).toBe(REFUSED);
  });

  it('does not outlive its client or secret', async () => {
    const some = await service.client('one', {}, [at(100)]);
    const other = await service.client('one', { expiresAt: at(50) });
    const tokens = [
      await accessToken('one', some.id, some.secrets[0]),
      await accessToken('one', other.id, other.secrets[0]),
    ];
    service.clock.time += 99_000;
    expect(await Promise.all(tokens.map((token) => refusal('one', token)))).toEqual(['', REFUSED]);
    service.clock.time += 1_000;
    expect(await refusal('one', tokens[0] ?? '')).toBe(REFUSED);
  });

  it('ends with its client where that is cut short, and takes no other role', async () => {
    const { id, secrets, credential } = await service.client('two');
    const token = await accessToken('two', id, secrets[0]);
    const secretId = credential.secrets[0]?.id ?? '';
    const expiresAt = service.clock.time + 3_600_000;
    const claims = { connectionId: 'two', credentialId: id, secretId, expiresAt };
    const raised = await service.accessTokens.sign({ ...claims, role: 'entra' });
    expect([await refusal('two', token), await refusal('two', raised)]).toEqual(['', REFUSED]);
    await service.credentials.save('two', { ...credential, expiresAt: at(30) });
    service.clock.time += 29_000;
    expect(await refusal('two', token)).toBe('');
    service.clock.time += 1_000;
    expect(await refusal('two', token)).toBe(REFUSED);
  });

  it('that was signed by somebody else costs no read of the tables', async () => {
    const { id, secrets } = await service.client('one');
    const token = await accessToken('one', id, secrets[0]);
    const before = service.requests.length;
    service.clock.time += 60_000;
    for (let n = 0; n < 50; n += 1)
      expect(await refusal('one', `${token.slice(0, -10)}${newSecret().slice(0, 10)}`)).toBe(
        REFUSED,
      );
    expect(service.requests).toHaveLength(before);
  });
});
