import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { created, noContent, ok } from '../graph/graph-call.ts';
import { badRequest, GraphError, notFound } from '../graph/graph-error.ts';
import type { Route } from '../graph/route.ts';
import { applicationOf, listed } from './application-routes.ts';
import type { RegistrationBook, StoredApplication } from './registration-book.ts';
import { READ_REGISTRATIONS, WRITE_REGISTRATIONS } from './registration-permissions.ts';

const PATTERN = 'applications/{id}/federatedIdentityCredentials';

/** Graph docs: federatedIdentityCredential. Wrong values are taken; they fail at the token exchange. */
const changeSchema = z.strictObject({
  issuer: z.url().max(600).optional(),
  subject: z.string().min(1).max(600).optional(),
  audiences: z.array(z.string().max(600)).length(1).optional(),
  description: z.string().max(600).nullable().optional(),
});
const newSchema = changeSchema
  .required({ issuer: true, subject: true, audiences: true })
  .extend({ name: z.string().regex(/^[A-Za-z0-9][\w-]{2,119}$/) });

const MOST = 20;

/** Trusts in tokens of other issuers (Graph docs: federatedIdentityCredential). */
export function federatedRoutes(book: RegistrationBook): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: PATTERN,
      roles: READ_REGISTRATIONS,
      handle: (call, { id = '' }) => {
        const { federated } = applicationOf(book, id);
        return ok(listed(call, federated.map(shown)));
      },
    },
    {
      method: 'POST',
      pattern: PATTERN,
      roles: WRITE_REGISTRATIONS,
      handle: ({ body }, { id = '' }) => {
        const application = applicationOf(book, id);
        const values = parsed(newSchema, body);
        checkFree(application, values);
        const made = { id: randomUUID(), values: { description: null, ...values } };
        application.federated.push(made);
        return created(shown(made));
      },
    },
    {
      method: 'PATCH',
      pattern: `${PATTERN}/{credentialId}`,
      roles: WRITE_REGISTRATIONS,
      handle: ({ body }, { id = '', credentialId = '' }) => {
        const { federated } = applicationOf(book, id);
        const known = federated.find((one) => one.id === credentialId);
        if (known === undefined) throw notFound(credentialId);
        known.values = { ...known.values, ...parsed(changeSchema, body) };
        return noContent;
      },
    },
  ];
}

function shown({ id, values }: StoredApplication['federated'][number]): object {
  return { id, ...values };
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0] ?? '');
  throw badRequest(
    `Invalid value specified for property '${name}' of resource 'FederatedIdentityCredential'.`,
  );
}

function checkFree({ federated }: StoredApplication, wanted: z.infer<typeof newSchema>): void {
  if (federated.length >= MOST)
    throw badRequest(`An application has at most ${MOST} federated identity credentials.`);
  const isSame = federated.some(
    ({ values }) =>
      values.name === wanted.name ||
      (values.issuer === wanted.issuer && values.subject === wanted.subject),
  );
  if (!isSame) return;
  throw new GraphError(409, [
    'Request_MultipleObjectsWithSameKeyValue',
    `FederatedIdentityCredential with name ${wanted.name}, or its issuer and subject, already exists.`,
  ]);
}
