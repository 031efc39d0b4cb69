import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { askForDecision } from '../flows/ask-for-decision.ts';
import { hasBody, readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Lane, Waiting } from '../ports/lanes.ts';
import type { Outgoing } from '../ports/platform.ts';
import { outsideRuns, toLane } from '../sync/addressed.ts';
import { leavingSchema } from '../sync/connection.ts';
import { addTotals, NO_TOTALS } from '../sync/counters.ts';
import { type Edge, edgeLoss } from '../sync/edge.ts';
import { deletionOf } from '../sync/given-up.ts';
import { thresholdOf } from '../sync/guard.ts';
import { LANES, laneOf } from '../sync/lanes.ts';
import type { Link } from '../sync/link.ts';
import { addLosses, LOSS_KINDS, type Losses, lossKindSchema, NO_LOSSES } from '../sync/losses.ts';
import type { EdgeKey, Verdict } from '../sync/messages.ts';
import type { Rules } from '../sync/rules/rules.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { newRunId } from '../sync/run.ts';
import { connectionOf } from './connections.ts';
import { listLanes } from './lane-listing.ts';
import { judgeLeaving } from './leave.ts';
import type { Call } from './manage.ts';
import { lanePageOf, queryOf } from './paging.ts';

/** Removals that the guard holds, with what speaks for them. */
export async function listHeld(call: Call): Promise<HttpResponseInit> {
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
      thresholds: thresholdsOf(connection),
      ...(connection.leaving && { leaving: connection.leaving }),
      held: found,
      ...(next && { next: `/manage/connections/${id}/held?${more.toString()}` }),
    },
  };
}

/** Where the connection itself is being removed, all that it keeps in step waits for approval. */
function leavingCounts({ leaving }: StoredConnection, lanes: readonly Lane[]): Losses {
  if (!leaving || leaving.approved || leaving.users === 'keep') return NO_LOSSES;
  const { users, groups } = lanes.reduce((sum, lane) => addTotals(sum, lane.totals), NO_TOTALS);
  return { ...NO_LOSSES, users, groups: leaving.users === 'delete' ? groups : 0 };
}

function thresholdsOf({ guard = {} }: StoredConnection) {
  return Object.fromEntries(LOSS_KINDS.map((kind) => [kind, thresholdOf(guard, kind)]));
}

interface Showing extends Pick<Call, 'services'> {
  readonly rules: Rules;
}

async function show({ services, rules }: Showing, lane: Lane, { links, edges }: Waiting) {
  const foundLinks = await services.lanes.links(lane, links);
  const foundEdges = await services.lanes.edges(lane, edges);
  const views = [...foundLinks.values()].map((link) => linkView(link, rules));
  return [...views, ...[...foundEdges.values()].map(edgeView)];
}

function linkView(link: Link, rules: Rules) {
  const { kind, entraId, appId, seen, dirty } = link;
  const { displayName } = seen.properties;
  const action = seen.removed === 'deleted' || kind === 'group' ? 'delete' : 'deactivate';
  return {
    kind: dirty?.loss,
    action: inEntra(link, rules) ?? (seen.removed || dirty?.loss === 'users' ? action : 'clear'),
    id: entraId,
    name: typeof displayName === 'string' ? displayName : null,
    appId,
    evidence: dirty?.evidence ?? null,
    since: new Date(dirty?.since ?? 0).toISOString(),
  };
}

/** What is to be done there, because the application has deleted the entry. */
function inEntra({ kind, seen, givenUp }: Link, rules: Rules): string | undefined {
  if (givenUp !== 'waits' || seen.removed) return undefined;
  return deletionOf(rules, kind) === 'delete' ? 'delete-in-entra' : 'disable-in-entra';
}

const EVIDENCE = {
  removed: 'Entra reported it as removed',
  missing: 'a full reading did not show it, and neither does its group',
  nested: 'no nested group has the member any more',
} as const;

function edgeView(edge: Edge) {
  const { holder, member, memberKind, relation, removal } = edge;
  const evidence = EVIDENCE[removal?.evidence ?? 'removed'];
  const ends =
    relation === 'member'
      ? { groupId: holder, memberId: member, memberKind }
      : { userId: holder, managerId: member };
  return {
    kind: edgeLoss(edge),
    action: relation === 'member' ? 'remove-member' : 'remove-manager',
    ...ends,
    evidence,
    since: new Date(removal?.at ?? 0).toISOString(),
  };
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

export const approveHeld = (call: Call) => judge(call, 'approve');
export const rejectHeld = (call: Call) => judge(call, 'reject');

/**
 * An administrator's verdict: on all that is held now, some kinds, or some by name. It is carried
 * out in a run of its own, whose address is the answer.
 */
async function judge(call: Call, verdict: Verdict['verdict']): Promise<HttpResponseInit> {
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
  await askForDecision(services, connection.id, bits, runId);
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
  { services }: Call,
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
      message: toLane({ ...envelope, lane, kind: 'judge', verdict, at, ...some }),
    }));
  });
}
