import { z } from 'zod';
import { connectionSchema, importSchema } from '../sync/connection.ts';
import { NO_LOSSES } from '../sync/losses.ts';
import { AUTHORIZATION_EXAMPLE, authorizationShape } from './authorization-view.ts';
import { leavingViewSchema } from './connection-view.ts';
import { RUN_EXAMPLE, runViewSchema } from './run-view.ts';
import { countSchema, EXAMPLE, inStepSchema, lossesViewSchema, timeSchema } from './views.ts';

const outage = { since: timeSchema, code: z.string(), why: z.string() };

const notificationsSchema = z.strictObject({
  on: z.boolean(),
  /** Why there are none. */
  why: z.string().optional(),
  code: z.string().optional(),
  since: timeSchema.optional(),
  subscriptions: z.array(
    z.strictObject({
      /** Null = it is being made. */
      id: z.string().nullable(),
      resource: z.string(),
      expires: timeSchema.nullable(),
      lastNotification: timeSchema.nullable(),
      lastCheck: timeSchema.nullable(),
      /** Items with a wrong secret. */
      dropped: countSchema,
    }),
  ),
});
export type NotificationsView = z.infer<typeof notificationsSchema>;

/** Where a connection stands. */
export const statusViewSchema = z.strictObject({
  id: connectionSchema.shape.id,
  name: connectionSchema.shape.name,
  enabled: z.boolean(),
  import: importSchema,
  /** Whether it is read by itself, and not only when somebody asks. */
  automatic: z.boolean(),
  lastSync: timeSchema.nullable(),
  lastChange: timeSchema.nullable(),
  nextPoll: timeSchema.nullable(),
  /** How much is in step. */
  inStep: inStepSchema,
  /** Objects and memberships that failed, wait or are held. */
  pending: countSchema,
  currentRun: runViewSchema.nullable(),
  lastRun: runViewSchema.nullable(),
  lastError: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      at: timeSchema,
      /** When the first of such errors in a row came. */
      since: timeSchema.optional(),
    })
    .nullable(),
  /** Rounds without a change. */
  idleRounds: countSchema,
  /** Since when a side cannot be reached, and why. */
  unavailable: z.strictObject({
    /** `next`: what to do. */
    entra: z.strictObject({ ...outage, next: z.string() }).nullable(),
    app: z.strictObject({ ...outage, nextProbe: timeSchema }).nullable(),
  }),
  ...authorizationShape,
  notifications: notificationsSchema,
  failures: countSchema,
  held: lossesViewSchema,
  lastFullSync: timeSchema.nullable(),
  resyncAsked: z.boolean(),
  rejectedMessages: countSchema,
  leaving: leavingViewSchema.optional(),
});

export const STATUS_EXAMPLE: z.infer<typeof statusViewSchema> = {
  id: EXAMPLE.connectionId,
  name: 'Contoso',
  enabled: true,
  import: 'pull',
  automatic: true,
  lastSync: EXAMPLE.later,
  lastChange: EXAMPLE.later,
  nextPoll: '2026-11-22T10:33:00.000Z',
  inStep: { users: 98, groups: 20, memberships: 400, entitlements: 0 },
  pending: 0,
  currentRun: null,
  lastRun: RUN_EXAMPLE,
  lastError: null,
  idleRounds: 12,
  unavailable: { entra: null, app: null },
  ...AUTHORIZATION_EXAMPLE,
  notifications: { on: false, why: 'directory sync is off', subscriptions: [] },
  failures: 0,
  held: NO_LOSSES,
  lastFullSync: EXAMPLE.at,
  resyncAsked: false,
  rejectedMessages: 0,
};
