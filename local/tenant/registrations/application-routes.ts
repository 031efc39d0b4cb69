import { created, type GraphAnswer, type GraphCall, noContent, ok } from '../graph/graph-call.ts';
import { notFound, unsupportedQuery, valueRequired } from '../graph/graph-error.ts';
import type { Route } from '../graph/route.ts';
import type { TenantWorld } from '../graph/tenant-world.ts';
import { writtenValues } from './application-values.ts';
import { soughtValue } from './equality-filter.ts';
import { registrationOf } from './registered-apps.ts';
import type { RegistrationBook, StoredApplication } from './registration-book.ts';
import { READ_REGISTRATIONS, WRITE_REGISTRATIONS } from './registration-permissions.ts';

/** Registering applications (Graph docs: application resource type). */
export function applicationRoutes({
  registrations: book,
  apps,
}: Pick<TenantWorld, 'registrations' | 'apps'>): readonly Route[] {
  const others = () => [...apps.values()].flatMap((app) => registrationOf(app) ?? []);
  return [
    {
      method: 'GET',
      pattern: 'applications',
      roles: READ_REGISTRATIONS,
      units: 2,
      handle: (call) => {
        const made = applicationsOf(book, call).map(shown);
        const appId = soughtValue(call.query.get('$filter') ?? '', 'appId')?.toLowerCase();
        return ok(listed(call, [...made, ...others().filter((one) => one.appId === appId)]));
      },
    },
    {
      method: 'POST',
      pattern: 'applications',
      roles: WRITE_REGISTRATIONS,
      handle: (call) => {
        const values = writtenValues(call.body);
        if (values.displayName === undefined) throw valueRequired('displayName', 'Application');
        return created(shown(book.addApplication(values)));
      },
    },
    {
      method: 'GET',
      pattern: 'applications/{id}',
      roles: READ_REGISTRATIONS,
      units: 2,
      handle: (_call, { id = '' }) => ok(shown(applicationOf(book, id))),
    },
    {
      method: 'PATCH',
      pattern: 'applications/{id}',
      roles: WRITE_REGISTRATIONS,
      handle: ({ body }, { id = '' }): GraphAnswer => {
        const application = applicationOf(book, id);
        application.values = writtenValues(body, application);
        return noContent;
      },
    },
  ];
}

/** The application of an object id. Throws GraphError 404. */
export function applicationOf(book: RegistrationBook, id: string): StoredApplication {
  const application = book.applications.get(id.toLowerCase());
  if (application === undefined) throw notFound(id);
  return application;
}

/** A list as Graph wraps it. */
export function listed(call: GraphCall, value: readonly object[]): object {
  return { '@odata.context': `${call.origin}/v1.0/$metadata#${call.segments.join('/')}`, value };
}

function applicationsOf(book: RegistrationBook, call: GraphCall): readonly StoredApplication[] {
  const all = [...book.applications.values()];
  const filter = call.query.get('$filter');
  if (filter === undefined) return all;
  const appId = soughtValue(filter, 'appId');
  const name = soughtValue(filter, 'displayName');
  if (appId === undefined && name === undefined)
    throw unsupportedQuery('This filter of applications is not supported here.');
  return all.filter(
    (one) =>
      (appId === undefined || one.appId === appId.toLowerCase()) &&
      (name === undefined || String(one.values.displayName).toLowerCase() === name.toLowerCase()),
  );
}

function shown({ id, appId, values }: StoredApplication): object {
  return { id, appId, ...values };
}
