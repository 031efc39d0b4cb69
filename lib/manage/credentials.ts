import { z } from 'zod';
import { AppError, hasCode } from '../errors.ts';
import { etagOf, readJson, requireIfMatch } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { StoredCredential } from '../ports/credentials.ts';
import { isPush } from '../sync/connection.ts';
import {
  type Credential,
  credentialRoleSchema,
  isOwn,
  MOST_CREDENTIALS,
  staticToken,
} from '../sync/credential.ts';
import { tenantUrl, tokenUrl } from '../sync/scim-address.ts';
import { hashOf, newSecret, newSecretId } from '../sync/secret.ts';
import { connectionOf } from './connections.ts';
import { type Contract, type Reply, route } from './contract.ts';
import {
  CREDENTIAL_EXAMPLE,
  credentialViewSchema,
  expirySchema,
  NEW_CREDENTIAL_EXAMPLE,
  newCredentialSchema,
  nowOf,
  requireFuture,
  shownCredential,
} from './credential-view.ts';
import type { Call } from './manage.ts';

const name = z.string().trim().min(1).max(100);

const createSchema = z.strictObject({
  name,
  kind: z.enum(['token', 'client']),
  role: credentialRoleSchema,
  expiresAt: expirySchema.default(null),
});

const changeSchema = z.strictObject({
  name: name.optional(),
  /** Null = never. */
  expiresAt: expirySchema.optional(),
});

/** A credential, and the connection that it opens. */
interface Found {
  readonly connection: StoredConnection;
  readonly credential: StoredCredential;
}

/** Secrets are shown by the answer that makes them, and by no other. */
export const SHOWN_ONCE = { 'cache-control': 'no-store' };

const listContract = {
  operation: 'listCredentials',
  summary: 'What opens the connection’s SCIM service',
  answers: {
    200: {
      description: 'Its credentials, without their secrets',
      body: z.strictObject({ credentials: z.array(credentialViewSchema) }),
      example: { credentials: [CREDENTIAL_EXAMPLE] },
    },
  },
} satisfies Contract;

export const listCredentials = route(listContract)(async (call) => {
  const connection = await connectionOf(call);
  const { credentials } = await call.services.credentials.list(connection.id);
  const own = credentials.filter((one) => isOwn(connection, one));
  return { status: 200, jsonBody: { credentials: own.map(shownCredential) } };
});

const createContract = {
  operation: 'createCredential',
  summary: 'A static token, or a client with its first secret, shown this once',
  body: { schema: createSchema, example: { name: 'The application', kind: 'client', role: 'app' } },
  answers: {
    201: {
      description: 'The credential; no other answer shows its secret',
      body: newCredentialSchema,
      example: NEW_CREDENTIAL_EXAMPLE,
      headers: ['location', 'etag'],
    },
  },
  problems: ['conflict'],
} satisfies Contract;

/** A static token, or a client with its first secret: the secret is never shown again. */
export const createCredential = route(createContract)(async (call) => {
  const { services, request } = call;
  const connection = await stayingConnection(call);
  const { kind, ...body } = await readJson(request, createSchema);
  requireFuture(call, body.expiresAt);
  if (body.role === 'entra' && !isPush(connection))
    throw new AppError(
      'conflict',
      'Tandem reads this connection’s tenant itself; for Entra’s provisioning service make a connection with "import": "push"',
    );
  const id = newSecretId();
  const secret = newSecret();
  const createdAt = nowOf(call);
  const shared = { id, connectionSince: connection.createdAt, createdAt, ...body };
  const first = { id: newSecretId(), hash: hashOf(secret), createdAt, expiresAt: null };
  const added = await add(
    call,
    connection,
    kind === 'token'
      ? { ...shared, kind, hash: hashOf(secret) }
      : { ...shared, kind, secrets: [first] },
  );
  services.log.info('credential created', { connectionId: connection.id, credentialId: id, kind });
  const location = `/manage/connections/${connection.id}/credentials/${id}`;
  const publicUrl = services.config.publicUrl ?? new URL(request.url).origin;
  const secrets =
    kind === 'token'
      ? { token: staticToken(id, secret) }
      : { tokenUrl: tokenUrl(publicUrl, connection.id), clientId: id, clientSecret: secret };
  return {
    status: 201,
    headers: { ...SHOWN_ONCE, location, etag: etagOf(added.version) },
    jsonBody: {
      ...shownCredential(added),
      tenantUrl: tenantUrl(publicUrl, connection.id),
      ...secrets,
    },
  };
});

async function add(
  { services }: Call,
  connection: StoredConnection,
  credential: Credential,
): Promise<StoredCredential> {
  const { credentials, version } = await services.credentials.list(connection.id);
  const own = credentials.filter((one) => isOwn(connection, one));
  if (own.length >= MOST_CREDENTIALS)
    throw new AppError(
      'conflict',
      `a connection has at most ${MOST_CREDENTIALS} credentials; remove one first`,
    );
  try {
    const added = await services.credentials.add(connection.id, credential, version);
    services.knownCredentials.forget(connection.id);
    return added;
  } catch (error) {
    if (!hasCode(error, 'state-changed', 'state-exists')) throw error;
    throw new AppError('conflict', 'somebody else has added a credential at the same time');
  }
}

const credentialAnswer = {
  description: 'The credential',
  body: credentialViewSchema,
  example: CREDENTIAL_EXAMPLE,
  headers: ['etag'],
} as const;

const showContract = {
  operation: 'showCredential',
  summary: 'A credential, without its secret',
  answers: { 200: credentialAnswer },
} satisfies Contract;

export const showCredential = route(showContract)(async (call) => {
  const { credential } = await credentialOf(call);
  return answerWith(credential);
});

const changeContract = {
  operation: 'changeCredential',
  summary: 'Changes the name, or the end, of a credential',
  body: { schema: changeSchema, example: { expiresAt: '2027-11-22T00:00:00Z' } },
  ifMatch: true,
  answers: { 200: credentialAnswer },
} satisfies Contract;

export const changeCredential = route(changeContract)(async (call) => {
  const { connection, credential } = await credentialOf(call);
  requireIfMatch(call.request, credential.version);
  const { name: newName, expiresAt } = await readJson(call.request, changeSchema);
  if (expiresAt !== undefined) requireFuture(call, expiresAt);
  const changed = {
    ...credential,
    name: newName ?? credential.name,
    expiresAt: expiresAt === undefined ? credential.expiresAt : expiresAt,
  };
  return answerWith(await saveCredential(call, connection, changed));
});

const removeContract = {
  operation: 'removeCredential',
  summary: 'Revokes a credential, everywhere within 15 seconds',
  answers: { 204: { description: 'It is gone' } },
} satisfies Contract;

/** It opens nothing from now on; elsewhere than in this process after 15 seconds at most. */
export const removeCredential = route(removeContract)(async (call) => {
  const { services } = call;
  const { connection, credential } = await credentialOf(call);
  await services.credentials.remove(connection.id, credential.id);
  services.knownCredentials.forget(connection.id);
  const ids = { connectionId: connection.id, credentialId: credential.id };
  services.log.info('credential removed', ids);
  return { status: 204 };
});

/** Saves a credential; somebody else's change in between is a 412. */
export async function saveCredential(
  { services }: Call,
  { id }: StoredConnection,
  credential: StoredCredential,
): Promise<StoredCredential> {
  try {
    const saved = await services.credentials.save(id, credential);
    services.knownCredentials.forget(id);
    return saved;
  } catch (error) {
    if (!hasCode(error, 'state-changed', 'not-found')) throw error;
    throw new AppError('precondition-failed', 'somebody else has changed the credential meanwhile');
  }
}

/** @throws AppError `not-found` */
export async function credentialOf(call: Call): Promise<Found> {
  const connection = await connectionOf(call);
  const { credentials } = await call.services.credentials.list(connection.id);
  const credential = credentials.find(
    (one) => one.id === call.params.credentialId && isOwn(connection, one),
  );
  if (!credential) throw new AppError('not-found', 'there is no such credential');
  return { connection, credential };
}

/** @throws AppError `not-found`, `conflict` while the connection is being removed */
export async function stayingConnection(call: Call): Promise<StoredConnection> {
  const connection = await connectionOf(call);
  if (connection.leaving)
    throw new AppError(
      'conflict',
      'the connection is being removed; reject that first (held/reject)',
    );
  return connection;
}

function answerWith(credential: StoredCredential): Reply<typeof showContract> {
  const headers = { etag: etagOf(credential.version) };
  return { status: 200, headers, jsonBody: shownCredential(credential) };
}
