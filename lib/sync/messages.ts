import { z } from 'zod';
import { connectionIdSchema } from './connection.ts';
import { itemSchema } from './entry.ts';
import { phaseSchema } from './run.ts';

/** A message to the poll of a connection. It says when to look, never what changed. */
export const pollMessageSchema = z.object({
  v: z.literal(1),
  connectionId: connectionIdSchema,
  reason: z.enum(['timer', 'sync-now', 'enabled', 'continue', 'ticked', 'purge']),
  /** The run that an administrator was promised; an idle round makes it all the same. */
  runId: z.string().max(64).optional(),
});
export type PollMessage = z.infer<typeof pollMessageSchema>;

const envelope = z.object({
  v: z.literal(1),
  connectionId: connectionIdSchema,
  lane: z.number().int().min(0).max(15),
  runId: z.string().max(64),
  /** Lanes drop what comes from a lower epoch: a poll that was overtaken. */
  epoch: z.number().int().nonnegative(),
  /** The settings it was made under. */
  settingsVersion: z.number().int().positive(),
});

const edgeKey = z.object({ holder: z.string().max(128), member: z.string().max(128) });
export type EdgeKey = z.infer<typeof edgeKey>;

/** What travels to a lane. */
export const laneMessageSchema = z.discriminatedUnion('kind', [
  /** What a side said of objects of this lane. `n` numbers a lane's messages within a phase. */
  envelope.extend({
    kind: z.literal('items'),
    runKind: z.enum(['initial', 'incremental', 'resync']),
    phase: phaseSchema,
    n: z.number().int().positive(),
    items: z.array(itemSchema).max(2_000),
  }),
  /** A phase's last message to the lane. `sent` = how many `items` there were. */
  envelope.extend({
    kind: z.literal('end'),
    phase: phaseSchema,
    step: z.number().int().nonnegative(),
    sent: z.number().int().nonnegative(),
  }),
  /** Apply every edge of the lane that the application lacks, from this row key on. */
  envelope.extend({
    kind: z.literal('memberships'),
    step: z.number().int().nonnegative(),
    cursor: z.string().max(400).optional(),
  }),
  /** Carry out the removals that wait in the lane. */
  envelope.extend({ kind: z.literal('removals'), step: z.number().int().nonnegative() }),
  /** Something these edges depend on has changed in another lane. */
  envelope.extend({
    kind: z.literal('wake'),
    edges: z.array(edgeKey).max(2_000),
    /** The far end is an entry that was not there before: it has no memberships at all. */
    anew: z.boolean(),
  }),
  /** Try again what is due. */
  envelope.extend({ kind: z.literal('retry') }),
]);
export type LaneMessage = z.infer<typeof laneMessageSchema>;
export type ItemsMessage = Extract<LaneMessage, { kind: 'items' }>;
export type LaneEnvelope = z.infer<typeof envelope>;
/** A message that closes a phase in its lane. */
export type CloserMessage = Extract<LaneMessage, { kind: 'end' | 'memberships' | 'removals' }>;
