import { z } from 'zod';
import { AppError, hasCode } from '../errors.ts';
import { hasBody, readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { StoredPlan } from '../ports/plans.ts';
import { toPoll } from '../sync/addressed.ts';
import { noCounts, type Plan, plannedSchema } from '../sync/plan.ts';
import { keyOf } from '../sync/rules/rules-key.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { askedRulesSchema, type RuleSettings } from '../sync/rules/settings.ts';
import { newRunId } from '../sync/run.ts';
import { settleRules } from './ask-rules.ts';
import { connectionOf } from './connections.ts';
import { type Contract, OF_THE_TENANT, route } from './contract.ts';
import { requirePull } from './import.ts';
import type { Call } from './manage.ts';
import { queryOf, sizeSchema } from './paging.ts';
import {
  PLAN_EXAMPLE,
  PLANNED_EXAMPLE,
  plannedViewSchema,
  planViewSchema,
} from './preview-view.ts';
import { EXAMPLE, nextSchema } from './views.ts';

const beginSchema = z.strictObject({ rules: askedRulesSchema.optional() });

const beginContract = {
  operation: 'beginPreview',
  summary: 'Asks what a full run would do, by the connection’s rules or by others',
  body: { schema: beginSchema, example: { rules: { users: { types: 'both' } } }, optional: true },
  answers: {
    202: {
      description: 'A plan is being made; its address tells how far it is',
      body: z.strictObject({ planId: z.string(), location: z.string(), joined: z.boolean() }),
      example: {
        planId: EXAMPLE.runId,
        location: `/manage/connections/contoso/preview/${EXAMPLE.runId}`,
        joined: false,
      },
      headers: ['location'],
    },
  },
  problems: ['conflict', ...OF_THE_TENANT],
} satisfies Contract;

/**
 * Asks for a plan: what a full run would do by the connection's rules, or by those that are
 * proposed. It is made in the background, whether the connection is on or off, and writes nothing
 * on either side. A plan by the same rules that is being read is joined.
 */
export const beginPreview = route(beginContract)(async (call) => {
  const { services, request } = call;
  const connection = await connectionOf(call);
  requirePull(connection);
  if (connection.leaving)
    throw new AppError('conflict', 'the connection is being removed; there is nothing to preview');
  const { rules: asked } = hasBody(request) ? await readJson(request, beginSchema) : {};
  const rules = asked
    ? await settleRules(services, connection, asked)
    : rulesOf(connection).settings;
  const { plan, joined } = await joinOrBegin(call, connection, rules);
  const location = addressOf(connection, plan.id);
  // Of a plan that is joined as well: the message that was to go on with it may be lost.
  const message = { connectionId: connection.id, reason: 'preview', planId: plan.id } as const;
  await services.bus.send('polls', [toPoll(message)]);
  if (joined && plan.rulesKey !== keyOf(rulesOf({ rules })).rules)
    throw new AppError(
      'conflict',
      `a plan by other rules is being read; wait until it is ready (GET ${location})`,
    );
  return { status: 202, headers: { location }, jsonBody: { planId: plan.id, location, joined } };
});

function addressOf({ id }: StoredConnection, planId: string): string {
  return `/manage/connections/${id}/preview/${planId}`;
}

/** Only one plan of a connection is read at a time. */
async function joinOrBegin(
  { services }: Call,
  connection: StoredConnection,
  rules: RuleSettings,
): Promise<{ readonly plan: StoredPlan; readonly joined: boolean }> {
  const { plans, clock } = services;
  const last = await plans.last(connection.id);
  if (last.plan?.state === 'reading' && isOwn(connection, last.plan))
    return { plan: last.plan, joined: true };
  try {
    const plan = await plans.begin(connection.id, newPlan(connection, rules, clock.now()), last);
    return { plan, joined: false };
  } catch (error) {
    const { plan } = await plans.last(connection.id);
    if (!hasCode(error, 'state-changed') || plan?.state !== 'reading') throw error;
    return { plan, joined: true };
  }
}

function newPlan(connection: StoredConnection, rules: RuleSettings, now: number): Plan {
  return {
    id: newRunId(now),
    connectionSince: connection.createdAt,
    state: 'reading',
    startedAt: new Date(now).toISOString(),
    endedAt: null,
    error: null,
    rules,
    rulesKey: keyOf(rulesOf({ rules })).rules,
    step: 'groups',
    link: null,
    stumbles: 0,
    counts: noCounts(),
    memberships: 0,
  };
}

/** One of the same id that was deleted since may have left plans behind. */
function isOwn({ createdAt }: StoredConnection, { connectionSince }: Plan): boolean {
  return createdAt === connectionSince;
}

const showContract = {
  operation: 'showPreview',
  summary: 'How far a plan is, with counts; plans are kept for seven days',
  answers: {
    200: {
      description: 'The plan',
      body: planViewSchema,
      example: PLAN_EXAMPLE,
    },
  },
} satisfies Contract;

/** Where a plan stands, and what it has counted by now. */
export const showPreview = route(showContract)(async (call) => {
  const connection = await connectionOf(call);
  const plan = await planOf(call, connection, call.params.planId);
  const { id, state, step, startedAt, endedAt, error, counts, memberships } = plan;
  return {
    status: 200,
    jsonBody: {
      id,
      state,
      ...(state === 'reading' && { step }),
      startedAt,
      endedAt,
      ...(error && { error }),
      rules: isOfCurrentRules(connection, plan) ? 'current' : 'proposed',
      counts: { users: counts.user, groups: counts.group },
      memberships,
    },
  };
});

const listSchema = z.object({
  size: sizeSchema,
  kind: z.enum(['user', 'group']).optional(),
  decision: plannedSchema.optional(),
  after: z
    .string()
    .regex(/^(user|group):[\w~-]{1,200}$/)
    .optional(),
});

const listContract = {
  operation: 'listPreviewed',
  summary: 'What a plan says of each object, attribute by attribute',
  query: listSchema,
  answers: {
    200: {
      description: 'A page of objects, groups first; it may be short though more follow',
      body: z.strictObject({ objects: z.array(plannedViewSchema), next: nextSchema }),
      example: { objects: [PLANNED_EXAMPLE] },
    },
  },
} satisfies Contract;

/** What a plan says of each object, groups first; a page may be short though more follow. */
export const listPreviewed = route(listContract)(async (call) => {
  const connection = await connectionOf(call);
  const plan = await planOf(call, connection, call.params.planId);
  const query = listSchema.safeParse(queryOf(call));
  if (!query.success)
    throw new AppError(
      'bad-request',
      `kind: user or group; decision: one of ${plannedSchema.options.join(', ')}; size: 1 to 200; after: from the page before`,
    );
  const { size, kind, decision } = query.data;
  const { objects, next } = await call.services.plans.objects(connection.id, plan.id, query.data);
  const more = new URLSearchParams({
    size: String(size),
    ...(kind && { kind }),
    ...(decision && { decision }),
    after: next ?? '',
  });
  return {
    status: 200,
    jsonBody: {
      objects,
      ...(next !== undefined && {
        next: `${addressOf(connection, plan.id)}/objects?${more.toString()}`,
      }),
    },
  };
});

/** @throws AppError `not-found` */
export async function planOf(
  { services }: Call,
  connection: StoredConnection,
  planId = '',
): Promise<StoredPlan> {
  const isId = /^\d{13}-[0-9a-f]{8}$/.test(planId);
  const plan = isId ? await services.plans.get(connection.id, planId) : undefined;
  if (!plan || !isOwn(connection, plan))
    throw new AppError('not-found', 'there is no such plan; plans are kept for seven days');
  return plan;
}

/** Whether a plan was made by the rules that the connection has now. */
export function isOfCurrentRules(connection: StoredConnection, { rulesKey }: Plan): boolean {
  return rulesKey === keyOf(rulesOf(connection)).rules;
}
