import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { startLoopbackServer } from './loopback-server.ts';
import { answerVaultRequest, type VaultAnswer, VaultError } from './vault/secret-routes.ts';
import { SecretStore } from './vault/secret-store.ts';

/** The resource that tokens for Key Vault are for. */
export const VAULT_RESOURCE = 'https://vault.azure.net';

/** A running key vault. */
export interface Vault {
  /** KEY_VAULT_URI. */
  readonly url: string;
  /** For the administrator who needs no token: the owner of the machine. */
  readonly secrets: SecretStore;
  readonly close: () => Promise<void>;
}

export interface VaultOptions {
  /** Whether a bearer token is good for a resource; see `Identity.verify`. */
  readonly verify: (token: string, resource: string) => boolean;
  /** Where secrets are kept (`vault.json`); in memory when there is none. */
  readonly dataDir?: string;
  readonly port?: number;
}

/** Larger than any secret with its tags. */
const BODY_LIMIT = 128 * 1024;

/**
 * Starts a key vault over plain HTTP for the SDK's SecretClient with the options
 * `allowInsecureConnection` and `disableChallengeResourceVerification`.
 */
export async function startVault({ verify, dataDir, port }: VaultOptions): Promise<Vault> {
  const file = dataDir === undefined ? undefined : join(dataDir, 'vault.json');
  const store = await SecretStore.open(file);
  const server = await startLoopbackServer((request, response) => {
    serve({ store, verify }, request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, toErrorAnswer(error)),
    );
  }, port);
  return { url: server.url, secrets: store, close: server.close };
}

async function serve(
  { store, verify }: { store: SecretStore; verify: VaultOptions['verify'] },
  request: IncomingMessage,
): Promise<VaultAnswer> {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !verify(token, VAULT_RESOURCE)) {
    request.resume();
    throw new VaultError(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer token.');
  }
  const target = `http://${request.headers.host ?? '127.0.0.1'}${request.url ?? '/'}`;
  if (!URL.canParse(target)) throw new VaultError(400, 'BadParameter', 'The URL is malformed.');
  const body = await readJson(request);
  return answerVaultRequest(store, { method: request.method ?? 'GET', url: new URL(target), body });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT)
      throw new VaultError(413, 'BadParameter', 'The body is too large.');
  }
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new VaultError(400, 'BadParameter', 'The body is not JSON.');
  }
}

function toErrorAnswer(error: unknown): VaultAnswer {
  if (error instanceof VaultError) {
    return { status: error.status, body: { error: { code: error.code, message: error.message } } };
  }
  const [status, code] = error instanceof ZodError ? [400, 'BadParameter'] : [500, 'InternalError'];
  const message = error instanceof Error ? error.message : String(error);
  return { status, body: { error: { code, message } } };
}

/** Says where to get a token, as the vault does to the SDK's first request, which has none. */
const CHALLENGE = `Bearer authorization="https://login.microsoftonline.com/common", resource="${VAULT_RESOURCE}"`;

function send(response: ServerResponse, { status, body }: VaultAnswer): void {
  if (status === 401) response.setHeader('www-authenticate', CHALLENGE);
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
