import { z } from 'zod';
import { noCounts, plannedSchema, planStateSchema, planStepSchema } from '../sync/plan.ts';
import { countSchema, EXAMPLE, kindSchema, timeSchema, valueSchema } from './views.ts';

const planCountsSchema = z.strictObject({
  create: countSchema,
  update: countSchema,
  adopt: countSchema,
  deactivate: countSchema,
  delete: countSchema,
  none: countSchema,
  skip: countSchema,
  out: countSchema,
  fail: countSchema,
  make: countSchema,
});

/** How far a plan is, and what it has counted by now. */
export const planViewSchema = z.strictObject({
  id: z.string(),
  state: planStateSchema,
  /** While it is being read. */
  step: planStepSchema.optional(),
  startedAt: timeSchema,
  endedAt: timeSchema.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** Whether the connection goes by the same rules now. */
  rules: z.enum(['current', 'proposed']),
  counts: z.strictObject({ users: planCountsSchema, groups: planCountsSchema }),
  memberships: countSchema,
});

const changeViewSchema = z.strictObject({
  attribute: z.string(),
  /** Null = empty. */
  from: valueSchema,
  to: valueSchema,
});

/** What a plan says of an object. */
export const plannedViewSchema = z.strictObject({
  kind: kindSchema,
  id: z.string(),
  decision: plannedSchema,
  name: z.string().nullable(),
  /** The setting, or the matching attribute, that decides; null = none had to. */
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  changes: z.array(changeViewSchema),
  /** What changes of the object in Entra; there where something does. */
  toEntra: z.array(changeViewSchema).optional(),
});

export const PLAN_EXAMPLE: z.infer<typeof planViewSchema> = {
  id: EXAMPLE.runId,
  state: 'ready',
  startedAt: EXAMPLE.at,
  endedAt: EXAMPLE.later,
  rules: 'current',
  counts: {
    users: { ...noCounts().user, create: 98, out: 2 },
    groups: { ...noCounts().group, create: 20 },
  },
  memberships: 400,
};

export const PLANNED_EXAMPLE: z.infer<typeof plannedViewSchema> = {
  kind: 'user',
  id: EXAMPLE.userId,
  decision: 'update',
  name: 'Anaïs Tanaka',
  rule: null,
  reason: null,
  changes: [{ attribute: 'title', from: 'Pilot', to: 'Captain' }],
};
