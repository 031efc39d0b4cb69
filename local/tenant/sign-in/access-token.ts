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
  /** The version of the token's form; Graph takes 1.0, which names the application by `appid`. */
  readonly version: '1.0' | '2.0';
  readonly tenantId: string;
  readonly issuer: string;
}

/** Seconds; what the token endpoint says is one less than the real life of an hour. */
export const TOKEN_SECONDS = 3599;

const claimsSchema = z.object({
  aud: z.string(),
  /** Tokens for other applications than Graph do not have it. */
  appid: z.string().default(''),
  tid: z.string(),
  nbf: z.number(),
  exp: z.number(),
  roles: z.array(z.string()).optional(),
});
export type TokenClaims = z.infer<typeof claimsSchema>;

const MOST_REMEMBERED = 1000;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function newKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const id = randomUUID().replaceAll('-', '');
  return { id, privateKey, publicKey: createPublicKey(privateKey) };
}

/** Issues and checks RS256 access tokens with keys of its own, the first made at start. */
export class AccessTokens {
  #current = newKey();
  #keys: readonly SigningKey[] = [this.#current];
  readonly #now: () => number;
  readonly #checked = new Map<string, TokenClaims>();

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The JSON Web Key Set to check the tokens with. */
  keySet(): object {
    const keys = this.#keys.map(({ id, publicKey }) => {
      const { kty, n, e } = publicKey.export({ format: 'jwk' });
      return { kty, use: 'sig', alg: 'RS256', kid: id, n, e };
    });
    return { keys };
  }

  /**
   * Signs with a new key from now on. Tokens of former keys count for as long as those are kept.
   * @returns the new key's id
   */
  rotate(keepsFormer: boolean): string {
    this.#current = newKey();
    this.#keys = keepsFormer ? [this.#current, ...this.#keys] : [this.#current];
    this.#checked.clear();
    return this.#current.id;
  }

  issue(grant: TokenGrant): string {
    const now = Math.floor(this.#now() / 1000);
    const claims = {
      aud: grant.audience,
      iss: grant.issuer,
      iat: now,
      nbf: now,
      exp: now + TOKEN_SECONDS + 1,
      ...(grant.version === '1.0'
        ? { appid: grant.appId, appidacr: '1' }
        : { azp: grant.appId, azpacr: '1' }),
      idtyp: 'app',
      oid: grant.appId,
      // A token without roles is issued without complaint: it is Graph that refuses later.
      ...(grant.roles.length > 0 && { roles: grant.roles }),
      sub: grant.appId,
      tid: grant.tenantId,
      uti: randomUUID(),
      ver: grant.version,
    };
    const head = encoded({ typ: 'JWT', alg: 'RS256', kid: this.#current.id });
    const signed = `${head}.${encoded(claims)}`;
    const signature = sign('RSA-SHA256', Buffer.from(signed), this.#current.privateKey);
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
    const isOurs = this.#keys.some(({ publicKey }) =>
      verify('RSA-SHA256', data, publicKey, Buffer.from(signature, 'base64url')),
    );
    if (!isOurs) return undefined;
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    if (this.#checked.size >= MOST_REMEMBERED) this.#checked.clear();
    this.#checked.set(token, claims);
    return claims;
  }
}
