import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';

export const AUTHORITY = 'https://login.example';
export const TENANT = '3f8a7f0e-56a7-4c38-9f1e-0d1c2b3a4f5e';
export const ISSUER = `${AUTHORITY}/${TENANT}/v2.0`;
export const AUDIENCE = 'b0000000-0000-4000-8000-000000000002';

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RSA keys take long to make: a handful serves all tests. */
const pairs = Array.from({ length: 3 }, () => generateKeyPairSync('rsa', { modulusLength: 2048 }));

/** The key of a number, under its own id. */
export function keyNumber(number: number): Key {
  const pair = pairs[number % pairs.length];
  if (!pair) throw new Error('there is no such key');
  return { kid: `key-${number}`, ...pair };
}

/** Sign-in of one tenant: its documents by `fetch`, and tokens. */
export function fakeIssuer(now: () => number) {
  const published = {
    keys: [keyNumber(0)] as readonly Key[],
    configuration: {
      issuer: ISSUER,
      jwks_uri: `${AUTHORITY}/${TENANT}/discovery/v2.0/keys`,
    } as unknown,
    /** Instead of what is asked for. */
    answer: undefined as (() => Response) | undefined,
  };
  const asked: string[] = [];
  const answerTo = async ({ href: url }: URL): Promise<Response> => {
    asked.push(url);
    if (published.answer) return published.answer();
    if (url === `${ISSUER}/.well-known/openid-configuration`)
      return Response.json(published.configuration);
    if (url !== `${AUTHORITY}/${TENANT}/discovery/v2.0/keys`)
      return new Response(null, { status: 404 });
    const keys = published.keys.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
    }));
    return Response.json({ keys });
  };
  return {
    published,
    asked,
    fetch: answerTo,
    /** A token as Entra issues them to applications; `undefined` leaves a claim out. */
    token: (claims: object = {}, { kid, privateKey }: Key = keyNumber(0)): Promise<string> => {
      const seconds = Math.floor(now() / 1_000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        iat: seconds,
        nbf: seconds,
        exp: seconds + 3_600,
        azp: 'c0000000-0000-4000-8000-000000000003',
        oid: 'd0000000-0000-4000-8000-000000000004',
        sub: 'e0000000-0000-4000-8000-000000000005',
        tid: TENANT,
        ver: '2.0',
        roles: ['Sync.Read'],
        ...claims,
      })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
        .sign(privateKey);
    },
  };
}
