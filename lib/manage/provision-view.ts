import { z } from 'zod';
import { dirtyReasonSchema } from '../sync/link.ts';
import { countSchema, EXAMPLE, jsonSchema, kindSchema, timeSchema, valueSchema } from './views.ts';

const differenceSchema = z.strictObject({
  attribute: z.string(),
  from: valueSchema,
  to: valueSchema,
  /** The guard is asked first. */
  takesAway: z.literal(true).optional(),
});

const foundStep = z.strictObject({
  step: z.literal('found'),
  ok: z.literal(true),
  kind: kindSchema,
  id: z.string(),
  name: z.string(),
});

const scopeStep = z.strictObject({
  step: z.literal('scope'),
  ok: z.boolean(),
  is: z.enum(['in', 'inactive', 'out']),
  rule: z.string().nullable(),
  setting: jsonSchema.optional(),
  entitlements: z.array(z.string()).optional(),
  unseated: z.array(z.string()).optional(),
  groups: z
    .array(
      z.strictObject({
        setting: z.string(),
        id: z.string(),
        name: z.string().optional(),
        isMember: z.boolean(),
      }),
    )
    .optional(),
  groupsKnown: z.boolean().optional(),
  groupsAsOf: timeSchema.nullable().optional(),
  detail: z.string(),
});

const matchStep = z.strictObject({
  step: z.literal('match'),
  ok: z.boolean(),
  is: z.enum(['linked', 'own', 'existing', 'ambiguous', 'taken', 'none']),
  appId: z.string().optional(),
  appIds: z.array(z.string()).optional(),
  by: z.string().optional(),
  detail: z.string(),
});

const mappingStep = z.strictObject({
  step: z.literal('mapping'),
  ok: z.boolean(),
  targets: z.array(
    z.strictObject({
      target: z.string(),
      value: valueSchema,
      from: z.string(),
      sources: z.array(z.string()).optional(),
      expression: z.string().optional(),
      fault: z.string().optional(),
      /** Where in the expression, counted from 0. */
      position: countSchema.optional(),
    }),
  ),
  fault: z.string().optional(),
});

const differenceStep = z.strictObject({
  step: z.literal('difference'),
  ok: z.literal(true),
  attributes: z.array(differenceSchema),
  active: z
    .strictObject({
      from: z.boolean().nullable(),
      to: z.boolean(),
      takesAway: z.literal(true).optional(),
    })
    .optional(),
  toEntra: z.array(differenceSchema).optional(),
});

const actionStep = z.strictObject({
  step: z.literal('action'),
  ok: z.boolean(),
  action: z.enum(['create', 'update', 'adopt', 'deactivate', 'delete', 'none', 'skip', 'wait']),
  reason: z.string(),
});

const membersStep = z.strictObject({
  step: z.literal('members'),
  ok: z.literal(true),
  known: countSchema,
  inApplication: countSchema,
  more: z.literal(true).optional(),
  detail: z.string(),
});

const resultStep = z.strictObject({
  step: z.literal('result'),
  ok: z.boolean(),
  state: z.enum(['done', 'held', 'skipped', 'failed', 'pending']),
  appId: z.string().nullable(),
  reason: dirtyReasonSchema.optional(),
  detail: z.string(),
  nextTry: timeSchema.optional(),
});

/** The way of one object into the application, step by step. */
export const provisionedSchema = z.strictObject({
  dryRun: z.boolean(),
  steps: z.array(
    z.discriminatedUnion('step', [
      foundStep,
      scopeStep,
      matchStep,
      mappingStep,
      differenceStep,
      actionStep,
      membersStep,
      resultStep,
    ]),
  ),
});

export const PROVISIONED_EXAMPLE: z.infer<typeof provisionedSchema> = {
  dryRun: true,
  steps: [
    { step: 'found', ok: true, kind: 'user', id: EXAMPLE.userId, name: 'Anaïs Tanaka' },
    { step: 'scope', ok: true, is: 'in', rule: null, detail: 'it takes part' },
    {
      step: 'match',
      ok: true,
      is: 'linked',
      appId: EXAMPLE.appId,
      detail: 'the entry is tied to it',
    },
    {
      step: 'mapping',
      ok: true,
      targets: [{ target: 'title', value: 'Captain', from: 'direct', sources: ['jobTitle'] }],
    },
    {
      step: 'difference',
      ok: true,
      attributes: [{ attribute: 'title', from: 'Pilot', to: 'Captain' }],
    },
    {
      step: 'action',
      ok: true,
      action: 'update',
      reason: 'the entry differs from what it should hold',
    },
  ],
};
