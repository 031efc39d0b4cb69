import { z } from 'zod';

// What of the API's answers is shown to people. Machines get the answers themselves.

const text = z.string();
const number = z.number();
const counts = z.record(z.string(), number);

export const connectionSchema = z.object({
  id: text,
  name: text,
  enabled: z.boolean(),
  entra: z.object({ tenantId: text, clientId: text }),
  import: text,
  createdAt: text,
  updatedAt: text,
});
export type ConnectionView = z.infer<typeof connectionSchema>;

/** What is still to be entered once settings are imported. */
export const importedSchema = z.object({
  lacking: z.array(z.object({ credential: text, next: text })),
});

const kindCountsSchema = z.object({ users: counts, groups: counts, memberships: counts });

export const runSchema = z.object({
  id: text,
  kind: text,
  state: text,
  startedAt: text,
  phase: text.optional(),
  endedAt: text.optional(),
  seconds: number.optional(),
  counters: kindCountsSchema,
});
export type RunView = z.infer<typeof runSchema>;

const outage = z.object({ since: text, why: text, next: text.optional() }).nullable();

export const statusSchema = z.object({
  id: text,
  name: text,
  enabled: z.boolean(),
  lastSync: text.nullable(),
  lastFullSync: text.nullable(),
  nextPoll: text.nullable(),
  inStep: counts,
  currentRun: runSchema.nullable(),
  lastRun: runSchema.nullable(),
  lastError: z.object({ code: text, message: text }).nullable(),
  unavailable: z.object({ entra: outage, app: outage }),
  notifications: z.object({ on: z.boolean(), why: text.optional() }),
  failures: number,
  held: counts,
  rejectedMessages: number,
});
export type StatusView = z.infer<typeof statusSchema>;

export const promisedSchema = z.object({ runId: text, joined: z.boolean() });

export const testSchema = z.object({
  passed: z.boolean(),
  checks: z.array(
    z.object({
      check: text,
      status: text,
      required: z.boolean(),
      code: text.optional(),
      detail: text.optional(),
      next: text.optional(),
    }),
  ),
});
export type CheckView = z.infer<typeof testSchema>['checks'][number];

export const failureSchema = z.object({
  id: text,
  kind: text,
  name: text.nullable(),
  reason: text,
  detail: text.nullable(),
  attempts: number,
  since: text,
  nextTry: text.nullable(),
});
export type FailureView = z.infer<typeof failureSchema>;

export const heldSchema = z.object({
  kind: text,
  action: text,
  since: text,
  evidence: text.nullable(),
  id: text.optional(),
  name: text.nullish(),
  groupId: text.optional(),
  memberId: text.optional(),
  userId: text.optional(),
  managerId: text.optional(),
});
export type HeldView = z.infer<typeof heldSchema>;

export const verdictSchema = z.object({ verdict: text, runId: text.optional() });

export const beganSchema = z.object({ planId: text });

export const planSchema = z.object({
  id: text,
  state: z.enum(['reading', 'ready', 'failed']),
  step: text.optional(),
  startedAt: text,
  endedAt: text.nullable(),
  error: z.object({ code: text, message: text }).optional(),
  rules: text,
  counts: z.object({ users: counts, groups: counts }),
  memberships: number,
});
export type PlanView = z.infer<typeof planSchema>;

const changeSchema = z.object({ attribute: text, from: z.json(), to: z.json() });

export const plannedSchema = z.object({
  kind: text,
  id: text,
  decision: text,
  name: text.nullable(),
  rule: text.nullable(),
  reason: text.nullable(),
  changes: z.array(changeSchema),
});
export type PlannedView = z.infer<typeof plannedSchema>;

export const provisionedSchema = z.object({
  dryRun: z.boolean(),
  steps: z.array(
    z.object({
      step: text,
      ok: z.boolean(),
      kind: text.optional(),
      name: text.optional(),
      is: text.optional(),
      action: text.optional(),
      state: text.optional(),
      reason: text.optional(),
      detail: text.optional(),
      attributes: z.array(changeSchema).optional(),
      targets: z.array(z.unknown()).optional(),
      fault: text.optional(),
    }),
  ),
});
export type StepView = z.infer<typeof provisionedSchema>['steps'][number];

export const entrySchema = z.object({
  at: text,
  objectId: text,
  kind: text,
  cause: text,
  runId: text.optional(),
  by: text.optional(),
  facts: z.array(
    z.object({
      did: text,
      attributes: z.array(text).optional(),
      entitlements: z.array(text).optional(),
      ids: z.array(text).optional(),
      reason: text.optional(),
      detail: text.optional(),
    }),
  ),
});
export type EntryView = z.infer<typeof entrySchema>;

export const alertSchema = z.object({
  id: text,
  at: text,
  connectionId: text,
  kind: text,
  title: text,
  what: text,
  read: z.boolean(),
});
export type AlertView = z.infer<typeof alertSchema>;
