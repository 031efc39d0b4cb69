import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Overview } from '../ports/sync-state.ts';
import { connectionIdSchema } from '../sync/connection.ts';
import { type Contract, route } from './contract.ts';
import { LISTED_EXAMPLE, listedConnection, listedConnectionSchema } from './listed-connection.ts';
import type { Call } from './manage.ts';
import { openNextPoll } from './next-poll.ts';
import { queryOf, sizeSchema } from './paging.ts';
import { nextSchema } from './views.ts';

const querySchema = z.object({
  size: sizeSchema,
  after: connectionIdSchema.optional().describe('Taken from `next` of the page before'),
});

const contract = {
  operation: 'listConnections',
  summary: 'Connections in the order of their ids, each with where it stands',
  query: querySchema,
  answers: {
    200: {
      description: 'A page of connections',
      body: z.strictObject({ connections: z.array(listedConnectionSchema), next: nextSchema }),
      example: { connections: [LISTED_EXAMPLE] },
    },
  },
} satisfies Contract;

/** A page, and what lanes have counted of it: two requests, however many connections there are. */
export const listConnections = route(contract)(async (call) => {
  const query = querySchema.safeParse(queryOf(call));
  if (!query.success)
    throw new AppError('bad-request', 'size: 1 to 200; after: from the page before');
  const { size, after } = query.data;
  const page = { size, ...(after !== undefined && { after }) };
  const { connections, next } = await call.services.connections.page(page);
  const known = await overviewsOf(call, connections);
  const nextPoll = openNextPoll(call);
  const listed = connections.map((one) =>
    listedConnection(one, known.get(one.id) ?? UNKNOWN, nextPoll(one)),
  );
  const more = next !== undefined && { next: `/manage/connections?size=${size}&after=${next}` };
  return { status: 200, jsonBody: { connections: listed, ...more } };
});

async function overviewsOf(
  { services }: Call,
  connections: readonly StoredConnection[],
): Promise<ReadonlyMap<string, Overview>> {
  const [first, last] = [connections.at(0)?.id, connections.at(-1)?.id];
  if (first === undefined || last === undefined) return new Map();
  const overviews = await services.checkpoints.overviews({ first, last });
  return new Map(overviews.map((one) => [one.connectionId, one]));
}

const UNKNOWN = { lastRoundAt: null, count: undefined };
