import { z } from 'zod';
import { AppError } from '../errors.ts';
import { etagOf, hasBody, readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { StoredCredential } from '../ports/credentials.ts';
import { type Client, MOST_SECRETS } from '../sync/credential.ts';
import { hashOf, newSecret, newSecretId } from '../sync/secret.ts';
import { type Contract, route } from './contract.ts';
import { expirySchema, nowOf, requireFuture, secretViewSchema } from './credential-view.ts';
import { credentialOf, SHOWN_ONCE, saveCredential, stayingConnection } from './credentials.ts';
import type { Call } from './manage.ts';
import { EXAMPLE } from './views.ts';

const addSchema = z.strictObject({ expiresAt: expirySchema.optional() });

const addContract = {
  operation: 'addClientSecret',
  summary: 'One more secret of a client, shown this once',
  body: { schema: addSchema, example: { expiresAt: '2027-11-22T00:00:00Z' }, optional: true },
  answers: {
    201: {
      description: 'The secret; no other answer shows it',
      body: z.strictObject({
        ...secretViewSchema.shape,
        clientId: z.string(),
        clientSecret: z.string(),
      }),
      example: {
        id: EXAMPLE.secretId,
        createdAt: EXAMPLE.at,
        expiresAt: null,
        clientId: EXAMPLE.credentialId,
        clientSecret: 'shown once',
      },
      headers: ['location', 'etag'],
    },
  },
  problems: ['conflict', 'precondition-failed'],
} satisfies Contract;

/** One more secret of a client, beside those it has, so that they can be changed without a pause. */
export const addSecret = route(addContract)(async (call) => {
  await stayingConnection(call);
  const { connection, client } = await clientOf(call);
  const asked = hasBody(call.request) ? await readJson(call.request, addSchema) : {};
  const { expiresAt = null } = asked;
  requireFuture(call, expiresAt);
  if (client.secrets.length >= MOST_SECRETS)
    throw new AppError(
      'conflict',
      `a client has at most ${MOST_SECRETS} secrets; remove one first`,
    );
  const clientSecret = newSecret();
  const open = { id: newSecretId(), createdAt: nowOf(call), expiresAt };
  const secrets = [...client.secrets, { ...open, hash: hashOf(clientSecret) }];
  const saved = await saveCredential(call, connection, { ...client, secrets });
  const location = `/manage/connections/${connection.id}/credentials/${client.id}`;
  return {
    status: 201,
    headers: { ...SHOWN_ONCE, location, etag: etagOf(saved.version) },
    jsonBody: { ...open, clientId: client.id, clientSecret },
  };
});

const removeContract = {
  operation: 'removeClientSecret',
  summary: 'One secret of a client less; the tokens that were issued for it end with it',
  answers: { 204: { description: 'It is gone' } },
  problems: ['conflict', 'precondition-failed'],
} satisfies Contract;

/** The access tokens that were issued for it end with it. */
export const removeSecret = route(removeContract)(async (call) => {
  const { connection, client } = await clientOf(call);
  const secrets = client.secrets.filter(({ id }) => id !== call.params.secretId);
  if (secrets.length === client.secrets.length)
    throw new AppError('not-found', 'the client has no such secret');
  await saveCredential(call, connection, { ...client, secrets });
  return { status: 204 };
});

async function clientOf(call: Call): Promise<{
  readonly connection: StoredConnection;
  readonly client: StoredCredential & Client;
}> {
  const { connection, credential } = await credentialOf(call);
  if (credential.kind !== 'client')
    throw new AppError('conflict', 'a static token has no secrets of its own; make another token');
  return { connection, client: credential };
}
