import {
  createHmac,
  generateKeyPairSync,
  randomBytes,
  sign as signWith,
  timingSafeEqual,
} from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { startLoopbackServer } from './loopback-server.ts';

/** The managed identity of the local app. */
export interface Identity {
  /** IDENTITY_ENDPOINT. */
  readonly url: string;
  /** IDENTITY_HEADER: what only the app knows. */
  readonly header: string;
  /** Whether a bearer token is one of ours, for this resource, and not expired. */
  readonly verify: (token: string, resource: string) => boolean;
  /** What an app registration trusts where this identity vouches for it. */
  readonly vouching: Vouching;
  readonly close: () => Promise<void>;
}

/** An issuer of tokens, whom they are about, and PEM of the key that they are signed with. */
export interface Vouching {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: string;
}

/** The audience of tokens that stand in for a secret (Entra docs: workload identity federation). */
const EXCHANGE = 'api://AzureADTokenExchange';

const TOKEN_SECONDS = 86_400;

const claims = z.object({ aud: z.string(), exp: z.number() });

/**
 * Starts the endpoint that App Service and Functions offer to managed identities (docs: "How to
 * use managed identities for App Service", REST endpoint reference), for the given resources.
 * Tokens are JWTs signed with a key that lives as long as the endpoint.
 */
export async function startIdentity(options: {
  readonly resources: readonly string[];
  readonly port?: number;
}): Promise<Identity> {
  const key = randomBytes(32);
  const header = randomBytes(24).toString('base64url');
  const known = new Set([...options.resources.map(withoutSlash), EXCHANGE]);
  const exchange = exchangeKey();
  const server = await startLoopbackServer((request, response) => {
    const answer = answerTokenRequest(request, { header, known, key, exchange });
    sendJson(response, answer.status, answer.body);
  }, options.port);
  return {
    url: `${server.url}/msi/token`,
    header,
    vouching: { ...ISSUER, publicKey: exchange.publicKey },
    verify: (token, resource) => isOurs(token, key) && isFor(token, withoutSlash(resource)),
    close: server.close,
  };
}

interface Issuing {
  readonly header: string;
  readonly known: ReadonlySet<string>;
  readonly key: Buffer;
  readonly exchange: KeyPair;
}

interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** As the identity of a resource in the owner's own tenant. */
const ISSUER = {
  issuer: 'https://login.microsoftonline.com/0e0e0e0e-0000-4000-8000-000000000001/v2.0',
  subject: '0e0e0e0e-0000-4000-8000-000000000002',
} as const;

/** Others have to check these tokens, so that they are signed with a key that has a public half. */
function exchangeKey(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function vouch(privateKey: string, exp: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: ISSUER.issuer, sub: ISSUER.subject, aud: EXCHANGE, exp };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${signWith('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function answerTokenRequest(
  request: IncomingMessage,
  { header, known, key, exchange }: Issuing,
): Answer {
  const target = `http://127.0.0.1${request.url ?? '/'}`;
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.pathname !== '/msi/token') return refusal(404, 'not_found');
  if (request.method !== 'GET') return refusal(405, 'method_not_allowed');
  const given = request.headers['x-identity-header'];
  if (typeof given !== 'string' || !equal(given, header)) return refusal(401, 'unauthorized');
  const version = url.searchParams.get('api-version');
  if (version !== '2019-08-01') return refusal(400, `api-version ${version} is not supported`);
  const resource = withoutSlash(url.searchParams.get('resource') ?? '');
  if (!known.has(resource)) return refusal(400, `resource ${resource} is unknown`);
  const expiresOn = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const token =
    resource === EXCHANGE
      ? vouch(exchange.privateKey, expiresOn)
      : sign({ aud: resource, exp: expiresOn, sub: 'tandem' }, key);
  const body = {
    access_token: token,
    expires_on: String(expiresOn),
    resource,
    token_type: 'Bearer',
  };
  return { status: 200, body };
}

function refusal(statusCode: number, message: string): Answer {
  return { status: statusCode, body: { statusCode, message } };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sign(payload: z.output<typeof claims> & { sub: string }, key: Buffer): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}`;
  return `${text}.${signature(text, key)}`;
}

function signature(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function isOurs(token: string, key: Buffer): boolean {
  const end = token.lastIndexOf('.');
  return end > 0 && equal(token.slice(end + 1), signature(token.slice(0, end), key));
}

/** Reads the claims of a token whose signature has been checked. */
function isFor(token: string, resource: string): boolean {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const { aud, exp } = claims.parse(JSON.parse(payload));
  return aud === resource && exp > Date.now() / 1000;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function withoutSlash(resource: string): string {
  return resource.replace(/\/+$/, '');
}
