import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import { toLane } from '../../sync/addressed.ts';
import { type Edge, edgeName, withoutDirect } from '../../sync/edge.ts';
import { isRecent, isTakenAway } from '../../sync/edge-export.ts';
import type { Kind } from '../../sync/entry.ts';
import { type LinkTie, stillDirty } from '../../sync/link.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { stillThere } from '../edges/remove-edges.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { forgetDropped } from '../edges/write-reverse.ts';
import { judgeOf } from '../entries/judge.ts';
import { awaitsLane, closePhase } from '../poll/close-phase.ts';
import { entraOf, isOfSide } from '../sides.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import type { ApplyNeeds } from './apply.ts';
import { findAlive } from './find-alive.ts';
import { edgeDrop, edgeWrite, enterPhase, type LanePlace } from './lane-work.ts';
import { noteMissing } from './note-missing.ts';
import { remind } from './remind.ts';

type MissingMessage = Extract<LaneMessage, { kind: 'missing' }>;

/** So many objects of a page that were not shown and are there may be a replica's lag. */
const FEW = 20;
const STANDSTILL_MILLISECONDS = 10 * 60_000;
const LOOK_AGAIN_MILLISECONDS = 60_000;

/**
 * Looks for what a full reading that came to its end has not shown: objects that left while nobody
 * was told. Not being shown proves nothing yet: each is asked for by its id, and what is not found
 * there is looked up among the deleted objects. What is gone then waits for the run's decision.
 */
export async function applyMissing(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: MissingMessage,
): Promise<void> {
  if (!(await awaitsLane(needs, message))) return;
  const phase = 'missing' as const;
  const opened = await needs.lanes.reopen(connection.id, message.lane);
  const lane = enterPhase(opened, { runId: message.runId, phase });
  if (isOfAnotherChain(lane, message, needs.clock.now())) return;
  const place: LanePlace = { connection, message, lane };
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  try {
    const cursor = await search(needs, place, () => needs.clock.now() > deadline);
    if (cursor !== undefined)
      return await needs.bus.send('changes', [toLane({ ...message, cursor })]);
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    // Nobody can be asked: the run ends incomplete, and another one looks again.
    needs.log.warn('what is missing could not be asked for', { code: error.code });
    const { runId } = message;
    const left = await needs.lanes.reopen(connection.id, message.lane);
    return closePhase(needs, message, { ...enterPhase(left, { runId, phase }), phase, gap: true });
  }
  return closePhase(needs, message, { ...place.lane, phase });
}

/**
 * The lane's row says how far the search has come. While one message after the other carries it on,
 * the timer's reminder of it is one too many; if it has stood still, the reminder takes it up.
 */
function isOfAnotherChain(lane: Lane, { cursor }: MissingMessage, now: number): boolean {
  if (lane.cursor === null || lane.cursor === cursor) return false;
  return now - lane.cursorAt < STANDSTILL_MILLISECONDS;
}

/** @returns where to go on; undefined when all is searched */
async function search(
  needs: ApplyNeeds,
  place: LanePlace,
  isOver: () => boolean,
): Promise<string | undefined> {
  const { runId } = place.message;
  const cursor = place.lane.cursor ?? 'l:';
  const keepPlace = async (at: string) => {
    const kept = { phase: 'missing' as const, cursor: at, cursorAt: needs.clock.now() };
    place.lane = await needs.lanes.commit(place.lane, [], kept);
    return at;
  };
  if (cursor.startsWith('l:')) {
    for await (const page of needs.lanes.unsightedLinks(place.lane, runId, cursor)) {
      await missingLinks(needs, place, page.links);
      if (isOver()) return keepPlace(page.cursor);
    }
  }
  const from = cursor.startsWith('e:') ? cursor : 'e:';
  for await (const page of needs.lanes.unsightedEdges(place.lane, runId, from)) {
    // What stands by nested groups alone is shown by no page: it goes with them.
    await missingEdges(
      needs,
      place,
      page.edges.filter(({ direct }) => direct),
    );
    if (isOver()) return keepPlace(page.cursor);
  }
  return undefined;
}

async function missingLinks(
  needs: ApplyNeeds,
  place: LanePlace,
  ties: readonly LinkTie[],
): Promise<void> {
  if (ties.length === 0) return;
  const objects = ties.map(({ kind, entraId }) => ({ kind, id: entraId }));
  const alive = await findAlive(needs, place.connection, objects);
  await doubtLinks(needs, place, alive);
  const gone = objects.filter(({ id }) => !alive.has(id));
  if (gone.length === 0) return;
  const restorable = await findRestorable(needs, place, gone);
  const links = await needs.lanes.links(
    place.lane,
    gone.map(({ id }) => id),
  );
  const now = needs.clock.now();
  const judge = await judgeOf(needs, place.connection, [...links.values()]);
  const writes = [...links.values()].flatMap((link) =>
    noteMissing(judge, link, {
      isRestorable: restorable.has(link.entraId),
      now,
      by: 'a full reading',
    }),
  );
  if (writes.length > 0) place.lane = await needs.lanes.commit(place.lane, writes);
}

/**
 * Not shown, and there by its id: one of the two is out of date. A few are looked at again; many say
 * that the reading was not whole, and what else it left out nobody knows.
 */
async function doubtLinks(
  needs: ApplyNeeds,
  place: LanePlace,
  alive: ReadonlySet<string>,
): Promise<void> {
  if (alive.size === 0) return;
  if (alive.size > FEW) {
    place.lane = { ...place.lane, gap: true };
    return;
  }
  const now = needs.clock.now();
  const detail = 'a full reading did not show the object, and a read by its id did';
  const links = [...(await needs.lanes.links(place.lane, [...alive])).values()];
  const writes = links
    // Of what was removed the delta and the reading say the same: one lagging replica proves nothing.
    .filter((link) => link.dirty === null && link.seen.removed === undefined)
    .map((link) => ({
      link: { ...link, dirty: stillDirty(null, 'unproven', { now, detail }) },
      from: link,
    }));
  await remind(needs, place.message, writes);
  if (writes.length > 0) place.lane = await needs.lanes.commit(place.lane, writes);
}

async function findRestorable(
  needs: ApplyNeeds,
  { connection }: LanePlace,
  objects: readonly { readonly kind: Kind; readonly id: string }[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [kind, some] of Map.groupBy(objects, (object) => object.kind)) {
    const ids = some.map(({ id }) => id);
    for (const id of await entraOf(needs, connection).restorable(kind, ids)) found.add(id);
  }
  return found;
}

async function missingEdges(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const { found: there, unknown } = await stillThere(needs, place, edges);
  await doubtEdges(
    needs,
    place,
    edges.filter((edge) => there.has(edgeName(edge))),
  );
  const isThere = (edge: Edge) => there.has(edgeName(edge)) || unknown.has(edgeName(edge));
  const missing = edges.filter((edge) => !isThere(edge));
  if (missing.length === 0) return;
  // Lists leave out who is deleted; a membership stays until its member, or its group, is purged.
  const ends = await restingEnds(needs, place, missing);
  const gone = missing.filter((edge) => !ends.has(edge.member) && !ends.has(edge.holder));
  const now = needs.clock.now();
  const writes = gone.map((edge): LaneWrite => {
    const left = withoutDirect(edge, { now, evidence: 'missing', isFree: false });
    return left === null ? edgeDrop(edge) : edgeWrite(edge, left);
  });
  await save(needs, place, writes);
}

/** As with objects: a few memberships are looked at again, many make the reading doubtful. */
async function doubtEdges(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  if (edges.length > FEW) {
    place.lane = { ...place.lane, gap: true };
    return;
  }
  const now = needs.clock.now();
  const at = now + LOOK_AGAIN_MILLISECONDS;
  const removal = { state: 'doubted' as const, at, doubts: 1, evidence: 'missing' as const };
  const writes = edges
    // What stands by a nested group as well is lost in no case.
    .filter((edge) => edge.applied && edge.via === null && !isOurs(edge, now))
    .map((edge) => {
      const doubt = { ...removal, isFree: false };
      return edgeWrite(edge, { ...edge, wanted: false, direct: false, removal: doubt });
    });
  await remind(needs, place.message, writes);
  if (writes.length > 0) await save(needs, place, writes);
}

/** What was just written, or waits to be taken away in Entra, is looked at for that anyway. */
function isOurs(edge: Edge, now: number): boolean {
  return isTakenAway(edge) || (edge.sent !== undefined && isRecent(edge.sent, now));
}

/** Saves what was found out, once those are told about whom it decides. */
async function save(needs: ApplyNeeds, place: LanePlace, writes: readonly LaneWrite[]) {
  const woken = await tellStanding(needs, place, writes);
  const wakes = place.lane.wakes | woken;
  place.lane = await needs.lanes.commit(place.lane, writes, { wakes });
  await forgetDropped(needs, place.connection.id, writes);
}

/** Groups that are gone take their memberships along; members that can be restored keep theirs. */
async function restingEnds(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<ReadonlySet<string>> {
  const members = edges.map(({ member, memberKind }) => ({ kind: memberKind, id: member }));
  const holders = edges.map(({ holder }) => ({ kind: 'group' as const, id: holder }));
  const unique = [...new Map(holders.map((holder) => [holder.id, holder])).values()];
  const alive = await findAlive(needs, place.connection, unique);
  const resting = new Set(await findRestorable(needs, place, members));
  for (const { id } of unique) if (!alive.has(id)) resting.add(id);
  return resting;
}
