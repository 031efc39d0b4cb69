import { beforeEach, describe, expect, it } from 'vitest';
import { openSigningKeys, type SigningKeys } from '../../../lib/entra/signing-keys.ts';
import { AUTHORITY, fakeIssuer, ISSUER, keyNumber } from './fake-issuer.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const clock = { time: NOW, now: () => clock.time };

let entra: ReturnType<typeof fakeIssuer>;
let keys: SigningKeys;

beforeEach(() => {
  clock.time = NOW;
  entra = fakeIssuer(clock.now);
  keys = openSigningKeys({ authority: AUTHORITY, issuer: ISSUER, clock, fetch: entra.fetch });
});

/** A reading asks for two documents. */
const readings = () => entra.asked.length / 2;
const down = () => new Response('busy', { status: 503 });
const unavailable = (message = /./) =>
  expect.objectContaining({
    code: 'unavailable',
    message: expect.stringMatching(message),
    retryAfterSeconds: expect.toSatisfy((seconds) => seconds >= 1 && seconds <= 5),
  });

describe('signing keys', () => {
  it('are read once for all who wait, and known for an hour', async () => {
    const found = await Promise.all(Array.from({ length: 5 }, () => keys.find('key-0')));
    expect(found.map((key) => key?.asymmetricKeyType)).toEqual(Array(5).fill('rsa'));
    clock.time += HOUR_MS - 1;
    await keys.find('key-0');
    expect(readings()).toBe(1);
    clock.time += 1;
    await keys.find('key-0');
    expect(readings()).toBe(2);
  });

  it('that are new are found at once, by all who ask', async () => {
    await keys.find('key-0');
    clock.time += 1_000;
    entra.published.keys = [keyNumber(0), keyNumber(1)];
    const found = await Promise.all([keys.find('key-1'), keys.find('key-1'), keys.find('key-0')]);
    expect(found.every((key) => key !== undefined)).toBe(true);
    expect(readings()).toBe(2);
  });

  it('that nobody knows are looked for every 30 seconds, however many are asked for', async () => {
    await keys.find('key-0');
    for (let n = 0; n < 120; n += 1) {
      clock.time += 1_000;
      expect(await keys.find(`forged-${n}`)).toBeUndefined();
    }
    expect(readings()).toBe(1 + 4);
    expect(await keys.find('key-0')).toBeDefined();
  });

  it('that were withdrawn count for an hour at most', async () => {
    await keys.find('key-0');
    entra.published.keys = [keyNumber(1)];
    clock.time += HOUR_MS;
    expect(await keys.find('key-0')).toBeUndefined();
  });

  it('cannot be told while Entra is down, who is asked every 5 seconds', async () => {
    entra.published.answer = down;
    for (let n = 0; n < 20; n += 1) {
      await expect(keys.find('key-0')).rejects.toEqual(unavailable(/503/));
      clock.time += 1_000;
    }
    expect(entra.asked).toHaveLength(4);
    entra.published.answer = undefined;
    expect(await keys.find('key-0')).toBeDefined();
  });

  it('that are known outlast a day of it; of others nobody can tell', async () => {
    await keys.find('key-0');
    entra.published.answer = down;
    clock.time += 24 * HOUR_MS - 1;
    expect(await keys.find('key-0')).toBeDefined();
    await expect(keys.find('key-1')).rejects.toEqual(unavailable());
    await expect(keys.find('key-1')).rejects.toEqual(unavailable());
    clock.time += 5_000;
    await expect(keys.find('key-0')).rejects.toEqual(unavailable());
  });

  it.each([
    ['another origin', { issuer: ISSUER, jwks_uri: 'https://evil.example/keys' }, /another origin/],
    ['no address', { issuer: ISSUER, jwks_uri: 'keys' }, /another origin/],
    ['another issuer', { issuer: `${AUTHORITY}/x/v2.0`, jwks_uri: AUTHORITY }, /another issuer/],
    ['another shape', { keys: [] }, /shape/],
  ])('are not followed to %s', async (_, configuration, told) => {
    entra.published.configuration = configuration;
    await expect(keys.find('key-0')).rejects.toEqual(unavailable(told));
    expect(entra.asked).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
  });

  it.each([
    ['a redirect', () => Response.redirect('https://evil.example', 302), /302/],
    ['no JSON', () => new Response('<html>'), /no answer/],
    ['too much', () => new Response('x'.repeat(600_000)), /larger/],
    ['a broken line', () => Response.error(), /answered 0/],
  ])('are not had from %s', async (_, answer, told) => {
    entra.published.answer = answer;
    await expect(keys.find('key-0')).rejects.toEqual(unavailable(told));
  });

  it('that are for something else, or broken, are passed over', async () => {
    const good = keyNumber(0).publicKey.export({ format: 'jwk' });
    const set = [
      { ...good, kid: 'encryption', use: 'enc' },
      { ...good, kid: 'broken', n: undefined },
      { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' },
      { ...good },
      { ...good, kid: 'good', x5c: ['MII…'] },
    ];
    const fetchKeys = async (url: URL) =>
      url.pathname.endsWith('/keys') ? Response.json({ keys: set }) : entra.fetch(url);
    const some = openSigningKeys({ authority: AUTHORITY, issuer: ISSUER, clock, fetch: fetchKeys });
    for (const kid of ['encryption', 'broken', 'secret', '', '__proto__'])
      expect(await some.find(kid)).toBeUndefined();
    expect(await some.find('good')).toBeDefined();
  });
});
