import { createHmac } from 'node:crypto';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAccessTokens } from '../../../lib/azure/access-tokens.ts';
import type { AccessClaims } from '../../../lib/ports/credentials.ts';
import type { Secrets } from '../../../lib/ports/platform.ts';

const NAME = 'scim-token-key';
const NOW = Date.UTC(2026, 0, 1);
const CLAIMS: AccessClaims = {
  connectionId: 'one',
  credentialId: '0123456789abcdef012345',
  secretId: '543210fedcba9876543210',
  role: 'entra',
  expiresAt: NOW + 3_600_000,
};

let vault: Map<string, string>;
let secrets: Secrets;
const clock = { time: NOW };
const open = () => openAccessTokens(secrets, { now: () => clock.time, settle: async () => {} });

beforeEach(() => {
  vault = new Map();
  clock.time = NOW;
  secrets = {
    get: async (name) => vault.get(name),
    set: async (name, value) => void vault.set(name, value),
    remove: async (name) => void vault.delete(name),
  };
});

/** The key in use and its name, as they stand in the vault. */
function keyInUse(): { kid: string; key: Buffer } {
  const { current, keys } = JSON.parse(vault.get(NAME) ?? '');
  return { kid: current, key: Buffer.from(keys[current], 'base64') };
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  it('say what was signed, here and in other processes, until they expire', async () => {
    const token = await open().sign(CLAIMS);
    expect(keyInUse().key).toHaveLength(32);
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'HS256',
      typ: 'at+jwt',
      kid: keyInUse().kid,
    });
    expect(await open().verify('one', token)).toEqual(CLAIMS);
    clock.time = CLAIMS.expiresAt - 1;
    expect(await open().verify('one', token)).toEqual(CLAIMS);
    clock.time = CLAIMS.expiresAt;
    expect(await open().verify('one', token)).toBeUndefined();
  });

  it('are for one connection', async () => {
    const tokens = open();
    const token = await tokens.sign(CLAIMS);
    for (const other of ['two', 'on', 'one2', '', 'ONE'])
      expect(await tokens.verify(other, token)).toBeUndefined();
  });

  it('outlast a rotation while the former key is kept', async () => {
    const tokens = open();
    const token = await tokens.sign(CLAIMS);
    const { keys } = JSON.parse(vault.get(NAME) ?? '');
    const next = Buffer.alloc(32, 7).toString('base64');
    vault.set(NAME, JSON.stringify({ current: 'k2', keys: { ...keys, k2: next } }));
    const rotated = await open().sign(CLAIMS);
    expect(decodeProtectedHeader(rotated).kid).toBe('k2');
    // A process that does not know the new key yet looks for it.
    clock.time += 2_000;
    expect(await tokens.verify('one', rotated)).toEqual(CLAIMS);
    expect(await open().verify('one', token)).toEqual(CLAIMS);
    vault.set(NAME, JSON.stringify({ current: 'k2', keys: { k2: next } }));
    expect(await open().verify('one', token)).toBeUndefined();
  });

  it('that are forged or of another make are none', async () => {
    const tokens = open();
    const token = await tokens.sign(CLAIMS);
    const { kid, key } = keyInUse();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const service = 'urn:tandem:scim:one';
    const signed = (claims: object, head: object = {}) =>
      new SignJWT({
        iss: service,
        aud: service,
        sub: CLAIMS.credentialId,
        secret: CLAIMS.secretId,
        role: 'entra',
        exp: CLAIMS.expiresAt / 1_000,
        ...claims,
      })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid, ...head })
        .sign(key);
    expect(await tokens.verify('one', await signed({}))).toEqual(CLAIMS);
    const altered = part({
      ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
      role: 'app',
    });
    const none = part({ alg: 'none', typ: 'at+jwt', kid });
    const strong = part({ alg: 'HS512', typ: 'at+jwt', kid });
    const mac = createHmac('sha512', key).update(`${strong}.${payload}`).digest('base64url');
    const wrong = [
      `${header}.${altered}.${signature}`,
      `${header}.${payload}.${'A'.repeat(43)}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${strong}.${payload}.${mac}`,
      'a.b.c',
      `${part({})}.${part({})}.x`,
      await signed({}, { kid: 'unknown' }),
      await signed({}, { kid: '__proto__' }),
      await signed({}, { typ: 'JWT' }),
      await signed({ iss: 'urn:tandem:scim:two' }),
      await signed({ aud: 'urn:tandem:scim:two' }),
      await signed({ exp: undefined }),
      await signed({ sub: 'x' }),
      await signed({ secret: undefined }),
      await signed({ role: 'admin' }),
    ];
    for (const one of wrong) expect(await tokens.verify('one', one)).toBeUndefined();
  });

  it('are none of ours while nobody can tell: a vault that is down is no refusal', async () => {
    const token = await open().sign(CLAIMS);
    secrets = { ...secrets, get: () => Promise.reject(new Error('down')) };
    await expect(open().verify('one', token)).rejects.toThrow('down');
  });
});
