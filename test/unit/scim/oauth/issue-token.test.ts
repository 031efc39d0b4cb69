import { beforeEach, describe, expect, it } from 'vitest';
import { newSecret, newSecretId } from '../../../../lib/sync/secret.ts';
import { type Form, openService, type Service } from './open-service.ts';

const GRANT = { grant_type: 'client_credentials' };
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

let service: Service;
let id: string;
let secret: string;

const basic = (name: string, value: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${value}`).toString('base64')}`,
});

beforeEach(async () => {
  service = await openService();
  await service.connect('one');
  await service.connect('two');
  const client = await service.client('one');
  id = client.id;
  secret = client.secrets[0] ?? '';
});

describe('a token is issued', () => {
  const issued = {
    status: 200,
    headers: NO_STORE,
    jsonBody: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3_600 },
  };

  it('for what the form carries', async () => {
    const form = { ...GRANT, client_id: id, client_secret: secret, scope: '', resource: 'x' };
    expect(await service.ask('one', form)).toEqual(issued);
    const type = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' };
    expect(await service.ask('one', form, type)).toEqual(issued);
  });

  it('for what the header carries', async () => {
    expect(await service.ask('one', GRANT, basic(id, secret))).toEqual(issued);
    const twice = { ...GRANT, client_id: id, client_secret: '' };
    expect(await service.ask('one', twice, basic(id, secret))).toEqual(issued);
  });

  it('for each of several secrets, as long as it lasts', async () => {
    const soon = '2026-01-01T00:10:00.000Z';
    const { id: client_id, secrets } = await service.client('two', {}, [null, soon]);
    const ask = (client_secret = '') => service.ask('two', { ...GRANT, client_id, client_secret });
    expect(await ask(secrets[0])).toMatchObject({ jsonBody: { expires_in: 3_600 } });
    expect(await ask(secrets[1])).toMatchObject({ jsonBody: { expires_in: 600 } });
    service.clock.time += 600_000;
    expect(await ask(secrets[0])).toMatchObject({ status: 200 });
    expect(await ask(secrets[1])).toMatchObject({ status: 401 });
  });
});

describe('no token is issued', () => {
  it('to a client that is not known, in the same words whatever is wrong', async () => {
    const token = await service.token('one');
    const over = await service.client('one', { expiresAt: '2026-01-01T00:00:00.000Z' });
    const asked: [string, Form, Record<string, string>][] = [
      ['one', { ...GRANT, client_id: id, client_secret: newSecret() }, {}],
      ['one', { ...GRANT, client_id: newSecretId(), client_secret: secret }, {}],
      ['one', { ...GRANT, client_id: id }, {}],
      ['one', { ...GRANT, client_secret: secret }, {}],
      ['one', GRANT, {}],
      ['one', { ...GRANT, client_assertion: 'a.b.c', client_id: id }, {}],
      ['one', { ...GRANT, client_id: over.id, client_secret: over.secrets[0] ?? '' }, {}],
      ['one', { ...GRANT, client_id: token.credential.id, client_secret: token.secret }, {}],
      ['two', { ...GRANT, client_id: id, client_secret: secret }, {}],
      ['three', { ...GRANT, client_id: id, client_secret: secret }, {}],
      ['one', GRANT, basic(id, newSecret())],
      ['one', GRANT, basic(id, '')],
      ['one', { ...GRANT, client_id: id, client_secret: secret }, { authorization: 'Bearer x' }],
    ];
    for (const [connectionId, form, headers] of asked)
      expect(await service.ask(connectionId, form, headers)).toEqual({
        status: 401,
        headers: { ...NO_STORE, 'www-authenticate': 'Basic realm="scim"' },
        jsonBody: {
          error: 'invalid_client',
          error_description: 'a valid client id and secret are needed',
        },
      });
  });

  it.each<[string, (() => Form) | string, string]>([
    ['without a grant type', '', 'invalid_request'],
    ['with an empty one', 'grant_type=', 'invalid_request'],
    ['for another grant', 'grant_type=password', 'unsupported_grant_type'],
    ['with a parameter twice', 'grant_type=client_credentials&scope=a&scope=b', 'invalid_request'],
    ['in two ways', () => ({ ...GRANT, client_secret: secret }), 'invalid_request'],
    ['for two clients', () => ({ ...GRANT, client_id: newSecretId() }), 'invalid_request'],
    ['with a body without an end', 'x'.repeat(9_000), 'invalid_request'],
  ])('%s', async (_, form, error) => {
    const body = typeof form === 'string' ? form : form();
    expect(await service.ask('one', body, basic(id, secret))).toEqual({
      status: 400,
      headers: NO_STORE,
      jsonBody: { error, error_description: expect.stringMatching(/\w{4}/) },
    });
  });

  it('for what is no form', async () => {
    const json = { 'content-type': 'application/json', ...basic(id, secret) };
    expect(await service.ask('one', GRANT, json)).toMatchObject({
      status: 400,
      jsonBody: { error: 'invalid_request' },
    });
  });

  it('and no answer or line of the log quotes a secret', async () => {
    const wrong = newSecret();
    const answers = [
      await service.ask('one', { ...GRANT, client_id: id, client_secret: wrong }),
      await service.ask('one', { grant_type: wrong, client_id: id, client_secret: secret }),
      await service.ask('one', { ...GRANT, client_id: id, client_secret: secret }),
    ];
    const told = [JSON.stringify(answers), ...service.lines].join('\n');
    expect(service.lines).toHaveLength(1);
    for (const hidden of [wrong, secret]) expect(told).not.toContain(hidden);
  });
});
