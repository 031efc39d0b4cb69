import type { HttpResponseInit } from '@azure/functions';
import { connectionOf } from './connections.ts';
import { requirePull } from './import.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';

/** The verified domains of the tenant, as they were read last; `?refresh=true` reads them anew. */
export async function listDomains(call: Call): Promise<HttpResponseInit> {
  const { authorizations, clock, tenants } = call.services;
  const connection = await connectionOf(call);
  requirePull(connection);
  const known = (await authorizations.of(connection)).domains;
  if (known && queryOf(call).refresh !== 'true') return { status: 200, jsonBody: known };
  const domains = await tenants.facts(connection, 'domains').domains();
  const read = { at: new Date(clock.now()).toISOString(), domains };
  await authorizations.keepDomains(connection, read);
  return { status: 200, jsonBody: read };
}
