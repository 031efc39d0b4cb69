import { z } from 'zod';

/** Which requests a fault strikes, and how often; the same for every kind. */
const where = z.strictObject({
  /** Part of `METHOD /path`, without case: `users/delta`, `PATCH /users`. Absent = everywhere. */
  route: z.string().optional(),
  /** True = only requests inside batches, false = only those on their own; absent = both. */
  batched: z.boolean().optional(),
  /** How many matching requests are let through before it can strike for the first time. */
  after: z.number().int().nonnegative().optional(),
  /** How many times it strikes; absent = until it is cleared. */
  count: z.number().int().positive().optional(),
  /** How many of 100 matching requests are struck; absent = all. */
  percent: z.number().min(0).max(100).optional(),
  /** So many in a row, then so many let through, over and over. */
  burst: z
    .strictObject({ struck: z.number().int().positive(), spared: z.number().int().positive() })
    .optional(),
});

const kind = <K extends string>(name: K) => ({ kind: z.literal(name) });
/** The Retry-After header; null leaves it out. */
const retryAfterSeconds = z.number().nonnegative().nullable().optional();

/** Instead of an answer. */
const refusals = [
  where.extend({ ...kind('throttle'), retryAfterSeconds }),
  where.extend({
    ...kind('unavailable'),
    /** 503 where absent. */
    status: z.literal([500, 502, 503, 504]).optional(),
    retryAfterSeconds,
  }),
  /** The connection hangs so long, 5 minutes where absent, and is cut. */
  where.extend({ ...kind('timeout'), seconds: z.number().nonnegative().optional() }),
  /** A valid access token is refused with 401. */
  where.extend(kind('expiredToken')),
  /** Two writes to one object at the same time: 409. Strikes writes only. */
  where.extend({ ...kind('concurrency'), retryAfterSeconds }),
  where.extend({
    ...kind('expiredDelta'),
    /** 400 where absent; 410 brings the Location that starts anew. */
    status: z.union([z.enum(['400', '404', '410']), z.literal([400, 404, 410])]).optional(),
    /** In any case; absent = resyncRequired with 410, otherwise syncStateNotFound. */
    code: z
      .string()
      .regex(/^(syncStateNotFound|resyncRequired)$/i)
      .optional(),
    /** Delta links where absent; next links expire as well. */
    links: z.enum(['delta', 'next', 'any']).optional(),
  }),
] as const;

/** Something is wrong with an answer's form. */
const distortions = [
  /** The write is carried out, and the connection cut after so long, at once where absent. */
  where.extend({ ...kind('lostAnswer'), seconds: z.number().nonnegative().optional() }),
  /** Half the body: cut off before Content-Length is reached, or whole but broken JSON. */
  where.extend({ ...kind('truncated'), how: z.enum(['cut', 'syntax']).optional() }),
  where.extend(kind('badSchema')),
  where.extend({
    ...kind('foreignNextLink'),
    /** The origin that links lead to. */
    origin: z.string().optional(),
  }),
] as const;

/** An answer is well formed, but does not say what there is. */
const untruths = [
  where.extend({
    ...kind('lag'),
    /** How long changes take to show; with `replicas`, on the slowest one. */
    seconds: z.number().nonnegative().optional(),
    /** Up to this much more, by chance, so that changes overtake each other. */
    jitterSeconds: z.number().nonnegative().optional(),
    /** Plain reads lag too, not only deltas, and what writes refer to. */
    reads: z.boolean().optional(),
    /** How many of 100 requests `reads` is for; without `replicas`. All where absent. */
    readPercent: z.number().min(0).max(100).optional(),
    /** Only new objects lag; without `replicas`. */
    creations: z.boolean().optional(),
    /** Every request is answered by one of so many, each with a lag of its own. */
    replicas: z.number().int().positive().optional(),
  }),
  where.extend({
    ...kind('replay'),
    /** How many earlier changes show once more; 20 where absent. */
    changes: z.number().int().positive().optional(),
    /** Objects that are gone show once more as they were before. */
    stale: z.boolean().optional(),
  }),
  where.extend(kind('duplicate')),
  where.extend(kind('emptyPages')),
  /** A full read that is over at once; lists without entries. */
  where.extend(kind('emptyAnswer')),
  where.extend({
    ...kind('partialAnswers'),
    /** How many of 100 objects show; 50 where absent. */
    share: z.number().min(0).max(100).optional(),
    /** Plain reads of collections are struck too, not only full reads of a delta. */
    reads: z.boolean().optional(),
  }),
  /** A page holds objects of another tenant instead of its own. */
  where.extend(kind('foreignPage')),
  where.extend({
    ...kind('lostPermission'),
    /** Absent = all but id, displayName and userPrincipalName, relationships apart. */
    properties: z.array(z.string()).optional(),
    /** How they are missing; absent where absent. */
    mode: z.enum(['absent', 'null']).optional(),
  }),
] as const;

/** Something is wrong with the delivery of a change notification. */
const deliveries = [
  where.extend(kind('lostNotifications')),
  where.extend(kind('duplicateNotifications')),
  /** Later ones come first. */
  where.extend(kind('reorderedNotifications')),
  where.extend({ ...kind('slowNotifications'), seconds: z.number().nonnegative() }),
] as const;

const faultSchema = z.discriminatedUnion('kind', [
  ...refusals,
  ...distortions,
  ...untruths,
  ...deliveries,
]);

/** A list of faults, as the controls take it. */
export const faultsSchema = z.array(faultSchema);

/** Something that goes wrong, and how often. */
export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;
