import { z } from 'zod';
import { connectionIdSchema } from './connection.ts';
import { itemSchema } from './entry.ts';
import { LANES } from './lanes.ts';
import { halfSchema } from './link.ts';
import { lossKindSchema } from './losses.ts';
import { phaseSchema } from './run.ts';

/** What is sent. Readers of a version take the one before, too (docs/decisions/0027). */
export const MESSAGE_VERSION = 1;

/** What a message follows from, which all that follows from it carries on. */
export const causeSchema = z.object({
  /** When it came about (milliseconds). */
  at: z.number().int(),
  /** Its trace (W3C Trace Context). */
  traceparent: z.string().max(55).optional(),
});
export type Cause = z.infer<typeof causeSchema>;

/** No message is refused for the sake of its telemetry. */
const carried = causeSchema.optional().catch(undefined);

/** A message to the poll of a connection. It says when to look, never what changed. */
export const pollMessageSchema = z.object({
  v: z.literal(1),
  connectionId: connectionIdSchema,
  reason: z.enum([
    'timer',
    'sync-now',
    'enabled',
    'continue',
    'ticked',
    'resync',
    'decide',
    'probe',
    'purge',
    'notified',
    'look',
    'tend',
    'nested',
    'rules',
    'preview',
    'pushed',
    'written',
    'newcomers',
    'alert',
    'welcome',
  ]),
  cause: carried,
  /** The run that an administrator was promised; an idle round makes it all the same. */
  runId: z.string().max(64).optional(),
  /** Whoever was promised it. */
  by: z.string().max(128).optional(),
  /** How often it was sent again because another run was open. */
  tries: z.number().int().min(0).max(10).optional(),
  /** `decide`: the lanes whose removals wait for a decision, as bits. */
  lanes: z
    .number()
    .int()
    .min(0)
    .max(2 ** LANES - 1)
    .optional(),
  /** `notified`: when Graph said that something moved (milliseconds), and what, where it said so. */
  at: z.number().int().optional(),
  objects: z
    .array(z.object({ kind: z.enum(['user', 'group']), id: z.string().max(128) }))
    .max(1_000)
    .optional(),
  /** `notified`: how often it was looked for in vain. */
  attempt: z.number().int().min(0).max(10).optional(),
  /** `tend`: Graph asks for a renewal of the subscriptions. */
  isAsked: z.boolean().optional(),
  /** `continue`: how many messages the lanes had handled when the poll fell behind, and when. */
  behind: z.object({ handled: z.number().int().min(0), since: z.number().int() }).optional(),
  /** `probe`: which one; of several, only the last one that was planned asks. */
  probe: z.string().max(64).optional(),
  /** `preview`: the plan to go on with. */
  planId: z.string().max(64).optional(),
  /** `newcomers`: where to go on. */
  newcomers: z.object({ kind: z.enum(['user', 'group']), from: z.string().max(400) }).optional(),
  /** `purge`: where to go on. */
  cursor: z
    .object({ lane: z.number().int().min(0).max(LANES), from: z.string().max(400) })
    .optional(),
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
  cause: carried,
});

const edgeKey = z.object({ holder: z.string().max(128), member: z.string().max(128) });
export type EdgeKey = z.infer<typeof edgeKey>;

const pair = edgeKey.extend({ memberKind: z.enum(['user', 'group']) });

/** Whose word it is, as the admin API knows them. */
const by = z.string().max(128).optional();

/** An administrator's word on removals that are held: all of some kinds, or some by name. */
const verdictSchema = z.object({
  verdict: z.enum(['approve', 'reject']),
  kinds: z.array(lossKindSchema).max(10).optional(),
  links: z.array(z.string().max(128)).max(1_000).optional(),
  edges: z.array(edgeKey).max(1_000).optional(),
  /** Milliseconds since 1970. */
  at: z.number().int(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Entries, and the objects that they stand for. */
const writtenEntries = z
  .array(
    z.object({
      kind: z.enum(['user', 'group']),
      entraId: z.string().max(128),
      appId: z.string().max(128),
      /** The application has deleted the entry. */
      removed: z.boolean().optional(),
    }),
  )
  .max(1_000);

/** A membership in the application, with the objects that its ends stand for. */
const memberWord = pair.extend({
  groupId: z.string().max(128),
  memberId: z.string().max(128),
  /** A client has taken it away. */
  removed: z.boolean(),
});
export type MemberWord = z.infer<typeof memberWord>;

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
    /** Of the links behind the cursor, the group to go on with, and its last member that was compared. */
    after: z.object({ group: z.string().max(128), member: z.string().max(128) }).optional(),
  }),
  /** Write down which groups are in which, as far as the lane knows. */
  envelope.extend({ kind: z.literal('nesting'), step: z.number().int().nonnegative() }),
  /** Judge every link of the lane by the rules, from this row key on. */
  envelope.extend({
    kind: z.literal('scope'),
    step: z.number().int().nonnegative(),
    cursor: z.string().max(400).optional(),
  }),
  /** Look for what a full reading has not shown, from this row key on. */
  envelope.extend({
    kind: z.literal('missing'),
    step: z.number().int().nonnegative(),
    cursor: z.string().max(400).optional(),
  }),
  /** Carry out the removals that wait in the lane, but for the kinds that the guard holds. */
  envelope.extend({
    kind: z.literal('removals'),
    step: z.number().int().nonnegative(),
    hold: z.array(lossKindSchema).max(10),
  }),
  /** An administrator has decided about removals that are held. */
  envelope.extend({ kind: z.literal('judge'), by, ...verdictSchema.shape }),
  /** Something these edges depend on has changed in another lane. */
  envelope.extend({
    kind: z.literal('wake'),
    edges: z.array(edgeKey).max(2_000),
    /** The far end is an entry that was not there before: it has no memberships at all. */
    anew: z.boolean(),
  }),
  /** Users whose groups have changed: judge them anew. */
  envelope.extend({
    kind: z.literal('look'),
    users: z.array(z.string().max(128)).max(1_000),
  }),
  /** Groups by which the rules go since now, or no more: have their members judged anew. */
  envelope.extend({
    kind: z.literal('rescope'),
    groups: z.array(z.string().max(128)).max(1_000),
    /** The last member told of the first group. */
    after: z.string().max(128).optional(),
  }),
  /** Members of nested groups that are not imported: who of them counts as a member of the holder? */
  envelope.extend({ kind: z.literal('flatten'), pairs: z.array(pair).max(1_000) }),
  /** Try again what is due; or just these, due or not. */
  envelope.extend({
    kind: z.literal('retry'),
    by,
    links: z.array(z.string().max(128)).max(1_000).optional(),
    /** What strayed in the application is set right. */
    reassert: z.boolean().optional(),
  }),
  /** Forget the failures of these: they are tried again when they change. */
  envelope.extend({
    kind: z.literal('dismiss'),
    by,
    links: z.array(z.string().max(128)).max(1_000),
  }),
  /** The application is back: do what was left undone, at most so much at a time. */
  envelope.extend({
    kind: z.literal('drain'),
    limit: z.number().int().positive(),
    /** The probe that found the application back. */
    probe: z.string().max(64),
  }),
  /** Read these objects by id: what was said of them was lost, or is wanted at once. */
  envelope.extend({
    kind: z.literal('verify'),
    by,
    /** What strayed in the application is set right. */
    reassert: z.boolean().optional(),
    /** Only what was lately written to Entra, and has not shown there since, is looked at. */
    doubts: z.boolean().optional(),
    objects: z
      .array(z.object({ kind: z.enum(['user', 'group']), id: z.string().max(128) }))
      .max(1_000),
  }),
  /** Entra's provisioning service has written entries of these objects. */
  envelope.extend({ kind: z.literal('pushed'), objects: writtenEntries }),
  /** Entries of the application that Entra does not know. */
  envelope.extend({
    kind: z.literal('newcomers'),
    objects: z
      .array(z.object({ kind: z.enum(['user', 'group']), appId: z.string().max(120) }))
      .max(1_000),
  }),
  /** Entra shows objects that were made of what the lane keeps under these ids. */
  envelope.extend({
    kind: z.literal('recognised'),
    objects: z
      .array(
        z.object({
          newcomer: z.string().max(128),
          entraId: z.string().max(128),
          /** It is gone there already. */
          removed: z.literal(true).optional(),
        }),
      )
      .max(2_000),
  }),
  /** Objects that were made in Entra, of which entries, and what both sides held then. */
  envelope.extend({
    kind: z.literal('born'),
    objects: z
      .array(
        z.object({
          kind: z.enum(['user', 'group']),
          entraId: z.string().max(128),
          appId: z.string().max(128),
          properties: z.record(z.string(), z.json()),
          held: halfSchema,
        }),
      )
      .max(100),
  }),
  /** The application has. */
  envelope.extend({
    kind: z.literal('written'),
    objects: writtenEntries,
    /** How often a manager was looked for who has no object yet. */
    attempt: z.number().int().min(0).max(10).optional(),
  }),
  /** The application has changed memberships of groups of this lane; or holds them, at least. */
  envelope.extend({ kind: z.literal('members'), words: z.array(memberWord).max(1_000) }),
  /** Users who are exported since now, or no more: are they members of the target group? */
  envelope.extend({ kind: z.literal('target'), users: z.array(z.string().max(128)).max(1_000) }),
  /** What was written to Entra of these memberships has to show by now: look whether it does. */
  envelope.extend({
    kind: z.literal('recheck'),
    edges: z.array(edgeKey).max(2_000),
    /** How often Entra has told nothing of their groups. */
    untold: z.number().int().min(0).max(10).optional(),
  }),
]);
export type LaneMessage = z.infer<typeof laneMessageSchema>;
/** What was made in Entra. */
export type Born = Extract<LaneMessage, { kind: 'born' }>['objects'][number];
export type ItemsMessage = Extract<LaneMessage, { kind: 'items' }>;
export type LaneEnvelope = z.infer<typeof envelope>;
/** A message that closes a phase in its lane. */
export type CloserMessage = Extract<
  LaneMessage,
  { kind: 'end' | 'nesting' | 'scope' | 'memberships' | 'missing' | 'removals' }
>;
