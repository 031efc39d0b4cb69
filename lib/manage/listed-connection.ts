import { z } from 'zod';
import type { StoredConnection } from '../ports/connections.ts';
import type { Overview } from '../ports/sync-state.ts';
import { CONNECTION_EXAMPLE, connectionViewSchema, shownConnection } from './connection-view.ts';
import { countSchema, EXAMPLE, inStepSchema, timeSchema } from './views.ts';

/** A connection with where it stands, in short. */
export const listedConnectionSchema = connectionViewSchema.extend({
  sync: z.strictObject({
    lastSync: timeSchema.nullable(),
    nextPoll: timeSchema.nullable(),
    /** Null = nothing was counted yet. */
    inStep: inStepSchema.nullable(),
    /** Objects and memberships that failed, wait or are held. */
    pending: countSchema.nullable(),
    /** When it was counted: at the end of a run, or in the last hour. */
    countedAt: timeSchema.nullable(),
  }),
});
type ListedConnection = z.infer<typeof listedConnectionSchema>;

export function listedConnection(
  connection: StoredConnection,
  { lastRoundAt, count }: Pick<Overview, 'lastRoundAt' | 'count'>,
  nextPoll: string | null,
): ListedConnection {
  return {
    ...shownConnection(connection),
    sync: {
      lastSync: lastRoundAt,
      nextPoll,
      inStep: count?.inStep ?? null,
      pending: count?.pending ?? null,
      countedAt: count ? new Date(count.at).toISOString() : null,
    },
  };
}

export const LISTED_EXAMPLE: ListedConnection = {
  ...CONNECTION_EXAMPLE,
  sync: {
    lastSync: EXAMPLE.later,
    nextPoll: '2026-11-22T10:33:00.000Z',
    inStep: { users: 98, groups: 20, memberships: 400, entitlements: 0 },
    pending: 2,
    countedAt: EXAMPLE.later,
  },
};
