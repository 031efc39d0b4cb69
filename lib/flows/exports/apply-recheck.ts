import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeName, foldEdge } from '../../sync/edge.ts';
import { isRecent } from '../../sync/edge-export.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { isUnshown, type Shown } from '../edges/ask-groups.ts';
import { binnedEnds } from '../edges/binned-ends.ts';
import { stillThere } from '../edges/remove-edges.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { forgetDropped, writeReverse } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { edgeDrop, edgeMove, enterRun, type LanePlace } from '../lanes/lane-work.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { isOfSide } from '../sides.ts';
import { recheckLater } from './recheck-later.ts';

const ASK_LATER_SECONDS = 180;
/** Where Entra tells nothing it is asked again after so long, for a day. */
const UNTOLD_SECONDS = 6 * 60 * 60;
const MOST_UNTOLD = 4;

type RecheckMessage = Extract<LaneMessage, { kind: 'recheck' }>;

/**
 * Looks at what was written of memberships to Entra some minutes ago: what its groups show now counts,
 * since no replica can lag any more. What was written once more since then is looked at later. Where Entra
 * tells nothing for a day, what was written counts: full runs see to the rest.
 */
export async function applyRecheck(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: RecheckMessage,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  const now = needs.clock.now();
  const edges = [...(await needs.lanes.edges(place.lane, message.edges)).values()];
  const sent = edges.filter((edge) => edge.sent !== undefined);
  const later = sent.filter(({ sent: own }) => own && isRecent(own, now));
  await recheckLater(needs, place, later);
  const due = sent.filter((edge) => !later.includes(edge));
  if (due.length === 0) return;
  let shown: Shown;
  try {
    shown = await withBinned(needs, connection, due, await stillThere(needs, place, due));
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    const { untold } = message;
    return recheckLater(needs, place, due, { delaySeconds: ASK_LATER_SECONDS, untold });
  }
  const told = await askAgain(needs, place, { due, shown });
  await settle(needs, place, { edges: told, found: withUntold(shown, told) }, isOffline);
  if (place.lane.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}

/**
 * Who lies in the bin is shown nowhere, and keeps all memberships until the purge: of these Entra tells
 * nothing.
 */
async function withBinned(
  needs: ApplyNeeds,
  connection: StoredConnection,
  edges: readonly Edge[],
  shown: Shown,
): Promise<Shown> {
  const missing = edges.filter((edge) => edge.sent?.there && isUnshown(edgeName(edge), shown));
  const binned = await binnedEnds(needs, connection, missing);
  return { ...shown, unknown: new Set([...shown.unknown, ...binned]) };
}

/** @returns the edges that are to be settled: not those of groups that may be told of later */
async function askAgain(
  needs: ApplyNeeds,
  place: LanePlace & { readonly message: RecheckMessage },
  { due, shown }: { readonly due: readonly Edge[]; readonly shown: Shown },
): Promise<readonly Edge[]> {
  const { untold = 0 } = place.message;
  if (untold >= MOST_UNTOLD) return due;
  const unknown = due.filter((edge) => shown.unknown.has(edgeName(edge)));
  const later = { delaySeconds: UNTOLD_SECONDS, untold: untold + 1 };
  await recheckLater(needs, place, unknown, later);
  return due.filter((edge) => !unknown.includes(edge));
}

/** What Entra shows, and what was written where it tells nothing, by the edges' names. */
function withUntold({ found, unknown }: Shown, edges: readonly Edge[]): ReadonlySet<string> {
  const written = edges.filter((edge) => unknown.has(edgeName(edge)) && edge.sent?.there);
  return new Set([...found, ...written.map(edgeName)]);
}

async function settle(
  needs: ApplyNeeds,
  place: LanePlace,
  { edges, found }: { readonly edges: readonly Edge[]; readonly found: ReadonlySet<string> },
  isOffline: boolean,
): Promise<void> {
  const { connection } = place;
  const now = needs.clock.now();
  const folded = edges.map((edge) => {
    const { sent: _, ...from } = edge;
    const removed = !found.has(edgeName(edge));
    const word = { member: edge.member, memberKind: edge.memberKind, removed };
    const next = foldEdge(from, word, { ...edge, runId: edge.sighted, now });
    return { edge, next: next ?? null };
  });
  const writes = folded.map(
    ({ edge, next }): LaneWrite => (next === null ? edgeDrop(edge) : edgeMove(edge, next)),
  );
  const back = folded.flatMap(({ next }) => (next?.wanted && !next.applied ? [next] : []));
  await writeReverse(needs, connection.id, back);
  const woken = await tellStanding(needs, place, writes);
  const row = {
    wakes: place.lane.wakes | woken,
    ...(isOffline && back.length > 0 && { owed: true }),
  };
  place.lane = await needs.lanes.commit(place.lane, writes, row);
  await forgetDropped(needs, connection.id, writes);
  if (!isOffline) place.lane = await applyEdges(needs, place, back);
}
