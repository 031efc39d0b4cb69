import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  verify,
  X509Certificate,
} from 'node:crypto';
import { z } from 'zod';
import type { RegisteredApp } from './registered-app.ts';
import * as refusals from './sign-in-error.ts';

/** What a client shows of itself. */
export interface Presented {
  readonly secret: string | undefined;
  /** A JWT instead of a secret (RFC 7523 section 2.2). */
  readonly assertion: string | undefined;
}

/** What an assertion has to say. */
export interface Expected {
  /** Where it was sent to. */
  readonly tokenUrls: readonly string[];
  /** Milliseconds, by the directory's clock. */
  readonly now: number;
  /** Milliseconds, by the clock of those who sign. */
  readonly wallNow: number;
}

const headSchema = z.object({
  alg: z.enum(['RS256', 'PS256']),
  x5t: z.string().optional(),
  'x5t#S256': z.string().optional(),
});
const claimsSchema = z.object({
  aud: z.string(),
  iss: z.string(),
  sub: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
});
type Claims = z.infer<typeof claimsSchema>;

/** Why a client is not let in; undefined where it is. */
export function clientProblem(
  app: RegisteredApp,
  { secret, assertion }: Presented,
  expected: Expected,
): refusals.SignInError | undefined {
  if (assertion !== undefined) return assertionProblem(app, assertion, expected);
  if (secret === undefined) return refusals.missingSecret();
  const own = [{ secret: app.secret, expires: app.secretExpires }, ...(app.passwords ?? [])];
  const found = own.find((one) => one.secret === secret);
  if (found === undefined) return refusals.invalidSecret(app.clientId);
  const hasEnded = found.expires !== undefined && Date.parse(found.expires) <= expected.now;
  return hasEnded ? refusals.expiredSecret(app.clientId) : undefined;
}

function assertionProblem(
  app: RegisteredApp,
  assertion: string,
  { tokenUrls, wallNow }: Expected,
): refusals.SignInError | undefined {
  const parsed = parsedJwt(assertion);
  if (parsed === undefined) return refusals.badAssertion('it is no signed token');
  const { claims } = parsed;
  const now = wallNow / 1000;
  if (claims.exp <= now || (claims.nbf ?? 0) > now + 300)
    return refusals.badAssertion('it is not within its valid time range');
  if (claims.iss !== app.clientId) return federatedProblem(app, parsed);
  const certificate = app.certificates
    ?.map((pem) => new X509Certificate(pem))
    .find((one) => isNamed(one, parsed.head));
  if (certificate === undefined)
    return refusals.badAssertion('the key was not found by its thumbprint');
  if (!isSigned(parsed, certificate.publicKey))
    return refusals.badAssertion('the signature is not valid');
  const isRight = claims.sub === app.clientId && tokenUrls.includes(claims.aud);
  if (!isRight) return refusals.badAssertion('subject or audience are others');
  const hasEnded = Date.parse(certificate.validTo) <= wallNow;
  return hasEnded ? refusals.badAssertion('the certificate has expired') : undefined;
}

/** Issuer, subject and audience are compared as they stand, with their case. */
function federatedProblem(
  { federated = [] }: RegisteredApp,
  parsed: ParsedJwt,
): refusals.SignInError | undefined {
  const { iss, sub, aud } = parsed.claims;
  const trust = federated.find(
    ({ issuer, subject, audience }) => issuer === iss && subject === sub && audience === aud,
  );
  if (trust === undefined) return refusals.unknownFederation();
  return isSigned(parsed, createPublicKey(trust.publicKey))
    ? undefined
    : refusals.badAssertion('the signature is not valid');
}

interface ParsedJwt {
  readonly head: z.infer<typeof headSchema>;
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Buffer;
}

function parsedJwt(jwt: string): ParsedJwt | undefined {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  try {
    return {
      head: headSchema.parse(decoded(head)),
      claims: claimsSchema.parse(decoded(claims)),
      signed: `${head}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return undefined;
  }
}

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

function isNamed({ raw }: X509Certificate, head: ParsedJwt['head']): boolean {
  const thumbprint = (algorithm: string) => createHash(algorithm).update(raw).digest('base64url');
  return head['x5t#S256'] === thumbprint('sha256') || head.x5t === thumbprint('sha1');
}

function isSigned({ head, signed, signature }: ParsedJwt, publicKey: KeyObject): boolean {
  const pss = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  const key = head.alg === 'PS256' ? { key: publicKey, ...pss } : publicKey;
  return verify('RSA-SHA256', Buffer.from(signed), key, signature);
}
