import { z } from 'zod';
import { bundle, deletedBundle, idOf, item, page } from './secret-bundle.ts';
import { type Secret, type SecretStore, type SecretVersion, secretChange } from './secret-store.ts';

/** A request after authentication. */
export interface VaultRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface VaultAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** An error as Key Vault answers it: `{ error: { code, message } }`. */
export class VaultError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Handler = (context: {
  store: SecretStore;
  request: VaultRequest;
  name: string;
  version: string;
}) => Promise<VaultAnswer> | VaultAnswer;

const NAME = '(?<name>[0-9a-zA-Z-]{1,127})';
const VERSION = '(?<version>[0-9a-f]{32})';

/** Key Vault REST API, secrets: the operations that the SDK's SecretClient uses. */
const ROUTES: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/secrets', listSecrets],
  ['PUT', `/secrets/${NAME}`, setSecret],
  ['GET', `/secrets/${NAME}/versions`, listVersions],
  ['GET', `/secrets/${NAME}(?:/${VERSION})?`, getSecret],
  ['PATCH', `/secrets/${NAME}(?:/${VERSION})?`, updateSecret],
  ['DELETE', `/secrets/${NAME}`, deleteSecret],
  ['GET', '/deletedsecrets', listDeleted],
  ['GET', `/deletedsecrets/${NAME}`, getDeleted],
  ['DELETE', `/deletedsecrets/${NAME}`, purgeDeleted],
  ['POST', `/deletedsecrets/${NAME}/recover`, recoverDeleted],
];

/** The largest value of a secret (docs: "About Azure Key Vault secrets"). */
const VALUE_LIMIT = 25 * 1024;

/** Answers one request. @throws VaultError or ZodError. */
export async function answerVaultRequest(
  store: SecretStore,
  request: VaultRequest,
): Promise<VaultAnswer> {
  const path = request.url.pathname.replace(/\/+$/, '');
  for (const [method, pattern, handler] of ROUTES) {
    const groups = new RegExp(`^${pattern}$`).exec(path);
    if (method !== request.method || !groups) continue;
    const { name = '', version = '' } = groups.groups ?? {};
    return handler({ store, request, name, version });
  }
  throw new VaultError(404, 'NotFound', `There is no ${request.method} ${path}.`);
}

const setBody = secretChange.extend({ value: z.string() });

async function setSecret({ store, request, name }: Parameters<Handler>[0]): Promise<VaultAnswer> {
  const { value, ...change } = setBody.parse(request.body);
  if (Buffer.byteLength(value) > VALUE_LIMIT) {
    throw new VaultError(400, 'BadParameter', 'The value of a secret has at most 25 KB.');
  }
  if (store.find(name)?.deletedAt !== undefined) {
    throw new VaultError(
      409,
      'Conflict',
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused.`,
    );
  }
  const version = await store.set(name, value, change);
  return { status: 200, body: bundle(request.url, name, version) };
}

function getSecret({ store, request, name, version }: Parameters<Handler>[0]): VaultAnswer {
  const found = pick(existing(store, name), version);
  if (!found.attributes.enabled) {
    throw new VaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.');
  }
  return { status: 200, body: bundle(request.url, name, found) };
}

async function updateSecret(context: Parameters<Handler>[0]): Promise<VaultAnswer> {
  const { store, request, name } = context;
  const { version } = pick(existing(store, name), context.version);
  await store.update(existing(store, name), version, secretChange.parse(request.body));
  return { status: 200, body: item(request.url, name, pick(existing(store, name), version)) };
}

async function deleteSecret({
  store,
  request,
  name,
}: Parameters<Handler>[0]): Promise<VaultAnswer> {
  const deleted = await store.delete(existing(store, name));
  return { status: 200, body: deletedBundle(request.url, deleted, pick(deleted, '')) };
}

function getDeleted({ store, request, name }: Parameters<Handler>[0]): VaultAnswer {
  const found = existingDeleted(store, name);
  return { status: 200, body: deletedBundle(request.url, found, pick(found, '')) };
}

async function purgeDeleted({ store, name }: Parameters<Handler>[0]): Promise<VaultAnswer> {
  await store.purge(existingDeleted(store, name));
  return { status: 204 };
}

async function recoverDeleted(context: Parameters<Handler>[0]): Promise<VaultAnswer> {
  const { store, request, name } = context;
  const found = existingDeleted(store, name);
  await store.recover(found);
  return { status: 200, body: item(request.url, name, pick(found, '')) };
}

function listSecrets({ store, request }: Parameters<Handler>[0]): VaultAnswer {
  const items = store
    .all()
    .filter(({ deletedAt }) => deletedAt === undefined)
    .map((each) => ({
      ...item(request.url, each.name, pick(each, '')),
      id: idOf(request.url, each.name),
    }));
  return { status: 200, body: page(request.url, items) };
}

function listVersions({ store, request, name }: Parameters<Handler>[0]): VaultAnswer {
  const { versions } = existing(store, name);
  const items = versions.map((version) => item(request.url, name, version));
  return { status: 200, body: page(request.url, items) };
}

function listDeleted({ store, request }: Parameters<Handler>[0]): VaultAnswer {
  const deleted = store.all().filter(({ deletedAt }) => deletedAt !== undefined);
  const items = deleted.map((each) => {
    const { value: _hidden, ...rest } = deletedBundle(request.url, each, pick(each, ''));
    return { ...rest, id: idOf(request.url, each.name) };
  });
  return { status: 200, body: page(request.url, items) };
}

function existing(store: SecretStore, name: string): Secret {
  const found = store.find(name);
  if (!found || found.deletedAt !== undefined) {
    throw new VaultError(
      404,
      'SecretNotFound',
      `A secret with (name/id) ${name} was not found in this key vault.`,
    );
  }
  return found;
}

function existingDeleted(store: SecretStore, name: string): Secret {
  const found = store.find(name);
  if (found?.deletedAt === undefined) {
    throw new VaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
  }
  return found;
}

/** The named version, or the current one for ''. */
function pick({ name, versions }: Secret, version: string): SecretVersion {
  const found = version ? versions.find((each) => each.version === version) : versions.at(-1);
  if (!found) {
    throw new VaultError(404, 'SecretNotFound', `${name} has no version ${version}.`);
  }
  return found;
}
