import { z } from 'zod';
import { AppError } from '../errors.ts';
import { etagOf, readJson, requireIfMatch } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Connection } from '../sync/connection.ts';
import {
  type EntraCredential,
  MOST_ENTRA_CREDENTIALS,
  partSchema,
} from '../sync/entra-credential.ts';
import { connectionOf, saveAt } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { expirySchema, nowOf, requireFuture } from './credential-view.ts';
import { stayingConnection } from './credentials.ts';
import { type Draft, draftSchema, type Settled, settleDraft } from './entra-drafts.ts';
import { applicationOf, removeUnused } from './entra-settings.ts';
import {
  ENTRA_CREDENTIAL_EXAMPLE,
  entraCredentialViewSchema,
  shownEntraCredential,
} from './entra-view.ts';
import type { Call } from './manage.ts';
import { EXAMPLE } from './views.ts';

/** Where in the order; 0 = the first. */
const place = z.number().int().min(0).max(MOST_ENTRA_CREDENTIALS);

const addSchema = z.strictObject({ credential: draftSchema, place: place.optional() });

const changeSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).nullable().optional(),
  /** Null = nobody knows; that of a certificate stands in it. */
  expiresAt: expirySchema.optional(),
  /** `all` = every part that has none of its own. */
  for: z.union([z.literal('all'), partSchema]).optional(),
  place: place.optional(),
  /** Another client secret, of one that signs in by such. */
  secret: z.string().min(1).max(500).optional(),
  /** PEM of another certificate and its key, of one that signs in by such. */
  certificate: z.string().min(1).max(20_000).optional(),
});
type Change = z.infer<typeof changeSchema>;

const listed = {
  description: 'How it signs in, in order, without secrets',
  body: z.strictObject({ credentials: z.array(entraCredentialViewSchema) }),
  example: { credentials: [ENTRA_CREDENTIAL_EXAMPLE] },
  headers: ['etag'],
} as const;

const listContract = {
  operation: 'listEntraCredentials',
  summary: 'How the connection signs in to its tenant, in the order in which it is tried',
  answers: { 200: listed },
} satisfies Contract;

/** How the connection signs in to its tenant, in the order in which it is tried; no secrets. */
export const listEntraCredentials = route(listContract)(async (call) =>
  answerWith(await connectionOf(call)),
);

const addContract = {
  operation: 'addEntraCredential',
  summary: 'One more credential, the last one unless told otherwise',
  body: {
    schema: addSchema,
    example: {
      credential: { kind: 'secret', clientId: EXAMPLE.clientId, secret: 'the value of the secret' },
      place: 0,
    },
  },
  answers: { 201: { ...listed, description: 'It is there now' } },
  problems: ['conflict', 'precondition-failed'],
} satisfies Contract;

/** One more credential, the last one unless told otherwise. Its secret goes to the vault. */
export const addEntraCredential = route(addContract)(async (call) => {
  const { services } = call;
  const connection = await stayingConnection(call);
  const { credential: draft, place: at } = await readJson(call.request, addSchema);
  const known = connection.entra.credentials;
  if (known.length >= MOST_ENTRA_CREDENTIALS)
    throw new AppError(
      'conflict',
      `a connection has at most ${MOST_ENTRA_CREDENTIALS} credentials; remove one first`,
    );
  const { credential, secrets } = settleDraft(connection.id, draft);
  requireFuture(call, credential.expiresAt);
  for (const [name, secret] of secrets) await services.secrets.set(name, secret);
  try {
    const saved = await save(call, connection, known.toSpliced(at ?? known.length, 0, credential));
    services.log.info('credential added', { connectionId: connection.id, kind: credential.kind });
    return { ...answerWith(saved), status: 201 as const };
  } catch (error) {
    for (const name of secrets.keys()) await services.secrets.remove(name);
    throw error;
  }
});

const changeContract = {
  operation: 'changeEntraCredential',
  summary: 'Name, expiry, part, place and secret of a credential; the tag is the connection’s',
  body: { schema: changeSchema, example: { expiresAt: '2027-05-01T00:00:00.000Z' } },
  ifMatch: true,
  answers: { 200: listed },
  problems: ['conflict'],
} satisfies Contract;

/** Name, expiry, part and place of a credential, and its secret: the one before is thrown away. */
export const changeEntraCredential = route(changeContract)(async (call) => {
  const { services } = call;
  const connection = await stayingConnection(call);
  requireIfMatch(call.request, connection.version);
  const change = await readJson(call.request, changeSchema);
  const credential = credentialOf(call, connection);
  if (change.expiresAt !== undefined) {
    requireFuture(call, change.expiresAt);
    if (credential.kind !== 'secret')
      throw new AppError('bad-request', 'expiresAt: only that of a client secret can be entered');
  }
  const { credential: entered, secrets } = withSecret(connection.id, credential, change);
  if (secrets.size > 0) requireFuture(call, entered.expiresAt);
  const { name = entered.name, for: part = entered.for, expiresAt = entered.expiresAt } = change;
  const { name: _, for: __, ...rest } = entered;
  const changed: EntraCredential = {
    ...rest,
    expiresAt,
    ...(name && { name }),
    ...(part && part !== 'all' && { for: part }),
  };
  const others = connection.entra.credentials.filter((one) => one !== credential);
  const at = change.place ?? connection.entra.credentials.indexOf(credential);
  for (const [secretName, secret] of secrets) await services.secrets.set(secretName, secret);
  const saved = await save(call, connection, others.toSpliced(at, 0, changed));
  await removeUnused(services, connection, saved);
  return answerWith(saved);
});

/**
 * The credential with another secret, under another name in the vault; as it is where none is given.
 * @throws AppError `bad-request` where it signs in by something else, or a certificate is no good
 */
function withSecret(
  connectionId: string,
  credential: EntraCredential,
  { secret, certificate }: Change,
): Settled {
  if (secret === undefined && certificate === undefined) return { credential, secrets: new Map() };
  const { id, name, for: part } = credential;
  const own = { ...(name && { name }), ...(part && { for: part }) };
  const settled = settleDraft(connectionId, draftOf(credential, { secret, certificate }));
  return { ...settled, credential: { ...settled.credential, ...own, id } };
}

function draftOf(credential: EntraCredential, { secret, certificate }: Change): Draft {
  const { kind } = credential;
  if (kind === 'secret' && secret !== undefined && certificate === undefined)
    return { kind, clientId: credential.clientId, secret, expiresAt: null };
  if (kind === 'certificate' && certificate !== undefined && secret === undefined)
    return { kind, clientId: credential.clientId, certificate };
  throw new AppError('bad-request', `${kind}: what it signs in by is entered under that name`);
}

const removeContract = {
  operation: 'removeEntraCredential',
  summary: 'Removes a credential and its secret; one for all parts has to stay',
  answers: { 200: { ...listed, description: 'Those that are left' } },
  problems: ['bad-request', 'conflict', 'precondition-failed'],
} satisfies Contract;

/** It is not used from now on, and its secret is gone. */
export const removeEntraCredential = route(removeContract)(async (call) => {
  const connection = await stayingConnection(call);
  const credential = credentialOf(call, connection);
  const others = connection.entra.credentials.filter((one) => one !== credential);
  const saved = await save(call, connection, others);
  await removeUnused(call.services, connection, saved);
  call.services.log.info('credential removed', { connectionId: connection.id });
  return answerWith(saved);
});

/** @throws AppError `not-found` */
function credentialOf({ params }: Call, { entra }: Connection): EntraCredential {
  const found = entra.credentials.find(({ id }) => id === params.entraCredentialId);
  if (!found) throw new AppError('not-found', 'there is no such credential');
  return found;
}

/** @throws AppError `bad-request` where none is left for all parts, `precondition-failed` */
async function save(
  call: Call,
  { version, ...connection }: StoredConnection,
  credentials: readonly EntraCredential[],
): Promise<StoredConnection> {
  const clientId = applicationOf(call, credentials);
  const next = {
    ...connection,
    entra: { ...connection.entra, clientId, credentials: [...credentials] },
    settingsVersion: connection.settingsVersion + 1,
    updatedAt: nowOf(call),
  };
  return saveAt(call, next, version);
}

function answerWith({ entra, version }: StoredConnection) {
  const headers = { etag: etagOf(version) };
  const jsonBody = { credentials: entra.credentials.map(shownEntraCredential) };
  return { status: 200 as const, headers, jsonBody };
}
