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
import { draftSchema, settleDraft } from './entra-drafts.ts';
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
});

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
  summary: 'Name, expiry, part and place of a credential; the tag is the connection’s',
  body: { schema: changeSchema, example: { expiresAt: '2027-05-01T00:00:00.000Z' } },
  ifMatch: true,
  answers: { 200: listed },
  problems: ['conflict'],
} satisfies Contract;

/** Name, expiry, part and place of a credential; another secret is another credential. */
export const changeEntraCredential = route(changeContract)(async (call) => {
  const connection = await stayingConnection(call);
  requireIfMatch(call.request, connection.version);
  const change = await readJson(call.request, changeSchema);
  const credential = credentialOf(call, connection);
  if (change.expiresAt !== undefined) {
    requireFuture(call, change.expiresAt);
    if (credential.kind !== 'secret')
      throw new AppError('bad-request', 'expiresAt: only that of a client secret can be entered');
  }
  const {
    name = credential.name,
    for: part = credential.for,
    expiresAt = credential.expiresAt,
  } = change;
  const { name: _, for: __, ...rest } = credential;
  const changed: EntraCredential = {
    ...rest,
    expiresAt,
    ...(name && { name }),
    ...(part && part !== 'all' && { for: part }),
  };
  const others = connection.entra.credentials.filter((one) => one !== credential);
  const at = change.place ?? connection.entra.credentials.indexOf(credential);
  return answerWith(await save(call, connection, others.toSpliced(at, 0, changed)));
});

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
