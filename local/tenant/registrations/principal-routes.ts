import { z } from 'zod';
import { created, type GraphCall, ok } from '../graph/graph-call.ts';
import { badRequest, GraphError, notFound, unsupportedQuery } from '../graph/graph-error.ts';
import type { Route } from '../graph/route.ts';
import { listed } from './application-routes.ts';
import { soughtValue } from './equality-filter.ts';
import type { RegistrationBook, StoredPrincipal } from './registration-book.ts';
import { READ_REGISTRATIONS, WRITE_REGISTRATIONS } from './registration-permissions.ts';

const newSchema = z.looseObject({ appId: z.guid() });

/** Applications as they are present in this tenant (Graph docs: servicePrincipal resource type). */
export function principalRoutes(book: RegistrationBook): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: 'servicePrincipals',
      roles: READ_REGISTRATIONS,
      handle: (call) =>
        ok(
          listed(
            call,
            principalsOf(book, call).map((one) => shown(book, one)),
          ),
        ),
    },
    {
      method: 'POST',
      pattern: 'servicePrincipals',
      roles: WRITE_REGISTRATIONS,
      handle: ({ body }) => {
        const parsed = newSchema.safeParse(body);
        if (!parsed.success) throw badRequest("The property 'appId' is required.");
        const { appId } = parsed.data;
        checkNew(book, appId);
        return created(shown(book, book.addPrincipal(appId)));
      },
    },
  ];
}

/** The service principal of an object id. Throws GraphError 404. */
export function principalOf(book: RegistrationBook, id: string): StoredPrincipal {
  const principal = book.principals.get(id.toLowerCase());
  if (principal === undefined) throw notFound(id);
  return principal;
}

function principalsOf(book: RegistrationBook, call: GraphCall): readonly StoredPrincipal[] {
  const filter = call.query.get('$filter');
  if (filter === undefined) return [...book.principals.values()];
  const appId = soughtValue(filter, 'appId');
  if (appId === undefined)
    throw unsupportedQuery('This filter of service principals is not supported here.');
  const found = book.principalOf(appId.toLowerCase());
  return found ? [found] : [];
}

function shown(book: RegistrationBook, principal: StoredPrincipal): object {
  const { id, appId } = principal;
  const appRoles = book.rolesOf(principal);
  return { id, appId, servicePrincipalType: 'Application', accountEnabled: true, appRoles };
}

function checkNew(book: RegistrationBook, appId: string): void {
  if (book.applicationOf(appId) === undefined)
    throw new GraphError(400, [
      'NoBackingApplicationObject',
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    ]);
  if (book.principalOf(appId) !== undefined)
    throw new GraphError(409, [
      'Request_MultipleObjectsWithSameKeyValue',
      `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
    ]);
}
