import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
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
  readonly close: () => Promise<void>;
}

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
  const known = new Set(options.resources.map(withoutSlash));
  const server = await startLoopbackServer((request, response) => {
    const answer = answerTokenRequest(request, { header, known, key });
    sendJson(response, answer.status, answer.body);
  }, options.port);
  return {
    url: `${server.url}/msi/token`,
    header,
    verify: (token, resource) => isOurs(token, key) && isFor(token, withoutSlash(resource)),
    close: server.close,
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function answerTokenRequest(
  request: IncomingMessage,
  { header, known, key }: { header: string; known: ReadonlySet<string>; key: Buffer },
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
  const body = {
    access_token: sign({ aud: resource, exp: expiresOn, sub: 'tandem' }, key),
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
