import { z } from 'zod';
import { AppError } from '../errors.ts';
import { askForDecision } from '../flows/removals/ask-for-decision.ts';
import { hasBody, readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Lane, Waiting } from '../ports/lanes.ts';
import type { Outgoing } from '../ports/platform.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { leavingSchema } from '../sync/connection.ts';
import { addTotals, NO_TOTALS } from '../sync/counters.ts';
import { deletionOf } from '../sync/given-up.ts';
import { LANES, laneOf } from '../sync/lanes.ts';
import { addLosses, LOSS_KINDS, type Losses, lossKindSchema, NO_LOSSES } from '../sync/losses.ts';
import type { EdgeKey, Verdict } from '../sync/messages.ts';
import type { Rules } from '../sync/rules/rules.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { newRunId } from '../sync/run.ts';
import { leavingViewSchema } from './connection-view.ts';
import { connectionOf } from './connections.ts';
import { type Contract, type Reply, route } from './contract.ts';
import {
  HELD_EXAMPLE,
  heldEdge,
  heldObject,
  heldViewSchema,
  thresholdsOf,
  thresholdsSchema,
  verdictAnswers,
} from './held-view.ts';
import { listLanes } from './lane-listing.ts';
import { judgeLeaving } from './leave.ts';
import type { Call } from './manage.ts';
import { lanePageOf, lanePageShape, queryOf } from './paging.ts';
import { lossesViewSchema, nextSchema } from './views.ts';

const listContract = {
  operation: 'listHeld',
  summary: 'Removals that the guard holds, with their evidence',
  query: z.object({ ...lanePageShape, kind: lossKindSchema.optional() }),
  answers: {
    200: {
      description: 'A page of removals; it may be short though more follow',
      body: z.strictObject({
        /** How much is held of each kind, in all. */
        counts: lossesViewSchema,
        thresholds: thresholdsSchema,
        leaving: leavingViewSchema.optional(),
        held: z.array(heldViewSchema),
        next: nextSchema,
      }),
      example: {
        counts: { users: 600, groups: 0, memberships: 0, entitlements: 0, attributes: 0 },
        thresholds: thresholdsOf(undefined),
        held: [HELD_EXAMPLE],
      },
    },
  },
} satisfies Contract;

/** Removals that the guard holds, with what speaks for them. */
export const listHeld = route(listContract)(async (call) => {
  const connection = await connectionOf(call);
  const { id } = connection;
  const kind = lossKindSchema.optional().safeParse(queryOf(call).kind);
  if (!kind.success) throw new AppError('bad-request', `kind: one of ${LOSS_KINDS.join(', ')}`);
  const page = lanePageOf(call);
  const { lanes } = call.services;
  const showing = { services: call.services, rules: rulesOf(connection) };
  const [{ found, next }, all] = await Promise.all([
    listLanes(call, id, page, {
      pages: (lane, some) => lanes.held(lane, some),
      show: async (lane, waiting) =>
        (await show(showing, lane, waiting)).filter((one) => !kind.data || one.kind === kind.data),
    }),
    lanes.read(id),
  ]);
  const counts = all.reduce(
    (sum, lane) => addLosses(sum, lane.held),
    leavingCounts(connection, all),
  );
  const more = new URLSearchParams({
    size: String(page.size),
    ...(kind.data && { kind: kind.data }),
    after: next ?? '',
  });
  return {
    status: 200,
    jsonBody: {
      counts,
      thresholds: thresholdsOf(connection.guard),
      ...(connection.leaving && { leaving: connection.leaving }),
      held: found,
      ...(next && { next: `/manage/connections/${id}/held?${more.toString()}` }),
    },
  };
});

/** Where the connection itself is being removed, all that it keeps in step waits for approval. */
function leavingCounts({ leaving }: StoredConnection, lanes: readonly Lane[]): Losses {
  if (!leaving || leaving.approved || leaving.users === 'keep') return NO_LOSSES;
  const { users, groups } = lanes.reduce((sum, lane) => addTotals(sum, lane.totals), NO_TOTALS);
  return { ...NO_LOSSES, users, groups: leaving.users === 'delete' ? groups : 0 };
}

interface Showing extends Pick<Call, 'services'> {
  readonly rules: Rules;
}

async function show({ services, rules }: Showing, lane: Lane, { links, edges }: Waiting) {
  const foundLinks = await services.lanes.links(lane, links);
  const foundEdges = await services.lanes.edges(lane, edges);
  return [
    ...[...foundLinks.values()].flatMap((link) => heldObject(link, deletionOf(rules, link.kind))),
    ...[...foundEdges.values()].flatMap(heldEdge),
  ];
}

const objectId = z.string().min(1).max(128);
const verdictSchema = z
  .strictObject({
    /** The removal of the whole connection, and what becomes of its users … */
    leaving: leavingSchema.optional(),
    /** … or all of these kinds … */
    kinds: z.array(lossKindSchema).min(1).optional(),
    /** … or these objects, by their Entra ids … */
    ids: z.array(objectId).min(1).max(1_000).optional(),
    /** … or these memberships. */
    memberships: z
      .array(z.strictObject({ groupId: objectId, memberId: objectId }))
      .min(1)
      .max(1_000)
      .optional(),
  })
  .refine(({ kinds, ids, memberships }) => !kinds || (!ids && !memberships), {
    error: 'name kinds, or ids and memberships; nothing = all that is held',
  });
type Wanted = z.infer<typeof verdictSchema>;

const verdictBody = {
  schema: verdictSchema,
  example: { kinds: ['users'] },
  optional: true,
} as const;

const approveContract = {
  operation: 'approveHeld',
  summary: 'Approves held removals: all, or those that are named',
  body: verdictBody,
  answers: verdictAnswers,
  problems: ['conflict'],
} satisfies Contract;

const rejectContract = {
  operation: 'rejectHeld',
  summary: 'Rejects held removals: all, or those that are named',
  body: verdictBody,
  answers: verdictAnswers,
  problems: ['conflict'],
} satisfies Contract;

export const approveHeld = route(approveContract)(async (call) => judge(call, 'approve'));
export const rejectHeld = route(rejectContract)(async (call) => judge(call, 'reject'));

/**
 * An administrator's verdict: on all that is held now, some kinds, or some by name. It is carried
 * out in a run of its own, whose address is the answer.
 */
async function judge(
  call: Call,
  verdict: Verdict['verdict'],
): Promise<Reply<typeof approveContract>> {
  const { services, request } = call;
  const connection = await connectionOf(call);
  const wanted = hasBody(request) ? await readJson(request, verdictSchema) : {};
  if (connection.leaving) {
    if (wanted.leaving === connection.leaving.users) return judgeLeaving(call, connection, verdict);
    const detail = `name it: {"leaving": "${connection.leaving.users}"}`;
    throw new AppError('conflict', `the connection is being removed as a whole; ${detail}`);
  }
  if (wanted.leaving) throw new AppError('conflict', 'the connection is not being removed');
  if (!connection.enabled)
    throw new AppError('conflict', 'directory sync is off; switch it on first (PUT …/sync)');
  const messages = verdictMessages(call, connection, verdict, wanted);
  await services.bus.send(
    'changes',
    messages.map(({ message }) => message),
  );
  const bits = messages.reduce((sum, { lane }) => sum | (1 << lane), 0);
  const runId = newRunId(services.clock.now());
  await askForDecision(services, connection.id, bits, { runId, by: call.caller.id });
  services.log.info('held removals judged', { connectionId: connection.id, verdict });
  const location = `/manage/connections/${connection.id}/runs/${runId}`;
  return { status: 202, headers: { location }, jsonBody: { verdict, runId, location } };
}

/** A message to the bus holds 256 KB, and an id may have 128 characters. */
const NAMES_A_MESSAGE = 400;

function sliced(links: readonly string[], edges: readonly EdgeKey[]) {
  const slices: { links: string[]; edges: EdgeKey[] }[] = [];
  const most = Math.max(links.length, edges.length);
  for (let at = 0; at < most; at += NAMES_A_MESSAGE) {
    const end = at + NAMES_A_MESSAGE;
    slices.push({ links: links.slice(at, end), edges: edges.slice(at, end) });
  }
  return slices;
}

function verdictMessages(
  { services, caller: { id: by } }: Call,
  connection: StoredConnection,
  verdict: Verdict['verdict'],
  wanted: Wanted,
): { lane: number; message: Outgoing }[] {
  const at = services.clock.now();
  const envelope = outsideRuns(connection, at);
  const named = wanted.ids || wanted.memberships;
  return Array.from({ length: LANES }, (_, lane) => lane).flatMap((lane) => {
    const links = (wanted.ids ?? []).filter((id) => laneOf(id) === lane);
    const edges = (wanted.memberships ?? []).flatMap(({ groupId, memberId }): EdgeKey[] =>
      laneOf(groupId) === lane ? [{ holder: groupId, member: memberId }] : [],
    );
    if (named && links.length === 0 && edges.length === 0) return [];
    const what = named ? sliced(links, edges) : [wanted.kinds ? { kinds: wanted.kinds } : {}];
    return what.map((some) => ({
      lane,
      message: toLane({ ...envelope, lane, kind: 'judge', by, verdict, at, ...some }),
    }));
  });
}
