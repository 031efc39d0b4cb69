import { z } from 'zod';
import { connectionOf } from './connections.ts';
import { type Contract, OF_THE_TENANT, route } from './contract.ts';
import { requirePull } from './import.ts';
import { queryOf } from './paging.ts';
import { EXAMPLE, timeSchema } from './views.ts';

const contract = {
  operation: 'listDomains',
  summary: 'The verified domains of the tenant, as read last, or anew',
  query: z.object({ refresh: z.enum(['true', 'false']).optional() }),
  answers: {
    200: {
      description: 'The domains, and when they were read',
      body: z.strictObject({
        at: timeSchema,
        domains: z.array(
          z.strictObject({ name: z.string(), isDefault: z.boolean(), isInitial: z.boolean() }),
        ),
      }),
      example: {
        at: EXAMPLE.at,
        domains: [{ name: 'contoso.com', isDefault: true, isInitial: false }],
      },
    },
  },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/** The verified domains of the tenant, as they were read last; `?refresh=true` reads them anew. */
export const listDomains = route(contract)(async (call) => {
  const { authorizations, clock, tenants } = call.services;
  const connection = await connectionOf(call);
  requirePull(connection);
  const known = (await authorizations.of(connection)).domains;
  if (known && queryOf(call).refresh !== 'true') return { status: 200, jsonBody: known };
  const domains = await tenants.facts(connection, 'domains').domains();
  const read = { at: new Date(clock.now()).toISOString(), domains };
  await authorizations.keepDomains(connection, read);
  return { status: 200, jsonBody: read };
});
