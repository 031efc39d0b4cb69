import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';

/** What a token is issued for. */
export interface TokenGrant {
  readonly appId: string;
  readonly roles: readonly string[];
  readonly audience: string;
  readonly tenantId: string;
  readonly issuer: string;
}

/** Seconds; what the token endpoint says is one less than the real life of an hour. */
export const TOKEN_SECONDS = 3599;

const claimsSchema = z.object({
  aud: z.string(),
  appid: z.string(),
  tid: z.string(),
  nbf: z.number(),
  exp: z.number(),
  roles: z.array(z.string()).optional(),
});
export type TokenClaims = z.infer<typeof claimsSchema>;

const MOST_REMEMBERED = 1000;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Issues and checks RS256 access tokens with a key of its own, made at start. */
export class AccessTokens {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyId = randomUUID().replaceAll('-', '');
  readonly #now: () => number;
  readonly #checked = new Map<string, TokenClaims>();

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#privateKey = privateKey;
    this.#publicKey = createPublicKey(privateKey);
    this.#now = now;
  }

  /** The JSON Web Key Set to check the tokens with. */
  keySet(): object {
    const { kty, n, e } = this.#publicKey.export({ format: 'jwk' });
    return { keys: [{ kty, use: 'sig', alg: 'RS256', kid: this.#keyId, n, e }] };
  }

  issue(grant: TokenGrant): string {
    const now = Math.floor(this.#now() / 1000);
    const claims = {
      aud: grant.audience,
      iss: grant.issuer,
      iat: now,
      nbf: now,
      exp: now + TOKEN_SECONDS + 1,
      appid: grant.appId,
      azp: grant.appId,
      appidacr: '1',
      idtyp: 'app',
      oid: grant.appId,
      // A token without roles is issued without complaint: it is Graph that refuses later.
      ...(grant.roles.length > 0 && { roles: grant.roles }),
      sub: grant.appId,
      tid: grant.tenantId,
      uti: randomUUID(),
      ver: '2.0',
    };
    const head = encoded({ typ: 'JWT', alg: 'RS256', kid: this.#keyId });
    const signed = `${head}.${encoded(claims)}`;
    const signature = sign('RSA-SHA256', Buffer.from(signed), this.#privateKey);
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** The claims of a token of ours that is in force; otherwise why it is not accepted. */
  check(token: string): { claims: TokenClaims } | { problem: string } {
    const claims = this.#checked.get(token) ?? this.#verified(token);
    if (claims === undefined) {
      return { problem: 'CompactToken parsing failed or the signature is invalid.' };
    }
    const now = this.#now() / 1000;
    if (now >= claims.exp || now < claims.nbf - 300) {
      return { problem: 'Lifetime validation failed, the token is expired.' };
    }
    return { claims };
  }

  #verified(token: string): TokenClaims | undefined {
    const [head = '', body = '', signature = ''] = token.split('.');
    const data = Buffer.from(`${head}.${body}`);
    const isOurs = verify('RSA-SHA256', data, this.#publicKey, Buffer.from(signature, 'base64url'));
    if (!isOurs) return undefined;
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    if (this.#checked.size >= MOST_REMEMBERED) this.#checked.clear();
    this.#checked.set(token, claims);
    return claims;
  }
}
