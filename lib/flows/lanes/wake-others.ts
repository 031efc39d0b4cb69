import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { Outgoing } from '../../ports/platform.ts';
import type { Services } from '../../ports.ts';
import { envelopeOf, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { type Edge, edgeName, isPending } from '../../sync/edge.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import type { EdgeKey, LaneEnvelope } from '../../sync/messages.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { writeReverse } from '../edges/write-reverse.ts';
import { tellReturned } from '../exports/tell-returned.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories' | 'bus' | 'clock'>;

const EDGES_A_MESSAGE = 1_000;
/** Links whose waiting edges are looked up side by side. */
const SIDE_BY_SIDE = 8;

/** Links that the application holds since just now, and edges that may be ready by now. */
interface Returned {
  readonly returned: readonly Link[];
  /** Those whose own edges are among the others already. */
  readonly fresh: ReadonlySet<string>;
  readonly others: readonly Edge[];
}

/**
 * Tells the lanes whose edges name these links that their entries are there (again), applies the
 * links' own edges and some others, and only then notes that all is told: a crash in between tells
 * and applies once more.
 */
export async function wakeOthers(
  needs: Needs,
  place: { readonly connection: StoredConnection; readonly lane: Lane },
  message: LaneEnvelope,
  told: Returned,
): Promise<Lane> {
  const links = told.returned;
  const anew = links.filter((link) => link.wakeDue === 'anew');
  const again = links.filter((link) => link.wakeDue === 'again');
  const woken =
    (await tellHolders(needs, message, anew, true)) |
    (await tellHolders(needs, message, again, false));
  // In the middle of a full run they may still lack the rows by which their members find them.
  const own = async (some: readonly Link[]) => {
    const edges = await ownEdges(needs, place.lane, some);
    await writeReverse(needs, place.connection.id, edges.filter(isPending));
    return edges;
  };
  let lane = await applyEdges(needs, place, [...told.others, ...(await own(again))]);
  // What was given just now is not given twice: the application may have taken it away since.
  const seen = new Set(told.others.map(edgeName));
  const ofNew = await own(anew.filter((link) => !told.fresh.has(link.entraId)));
  const lacking = ofNew.filter((edge) => !edge.applied || !seen.has(edgeName(edge)));
  lane = await applyEdges(needs, { ...place, lane }, lacking, true);
  if (lane.removals > place.lane.removals)
    await askForDecision(needs, place.connection.id, 1 << place.lane.lane);
  if (links.length === 0) return lane;
  await tellReturned(needs, place.connection, links);
  const writes = links.map((link) => ({ link: { ...link, wakeDue: null }, from: link }));
  return needs.lanes.commit(lane, writes, { wakes: lane.wakes | woken });
}

async function ownEdges(needs: Needs, lane: Lane, links: readonly Link[]): Promise<Edge[]> {
  const edges: Edge[] = [];
  for (const link of links)
    for await (const page of needs.lanes.edgesOf(lane, link.entraId)) edges.push(...page);
  return edges;
}

/**
 * Sends a wake to every lane with an edge that names one of these links.
 * @param anew their entries were not there before
 * @returns the woken lanes as bits
 */
export async function tellHolders(
  needs: Pick<Needs, 'ties' | 'bus'>,
  message: LaneEnvelope,
  links: readonly Link[],
  anew: boolean,
): Promise<number> {
  let woken = 0;
  for (const some of chunks(links, SIDE_BY_SIDE)) {
    const lanes = await Promise.all(some.map((link) => tellHoldersOf(needs, message, link, anew)));
    woken = lanes.reduce((bits, lane) => bits | lane, woken);
  }
  return woken;
}

async function tellHoldersOf(
  needs: Pick<Needs, 'ties' | 'bus'>,
  message: LaneEnvelope,
  link: Link,
  anew: boolean,
): Promise<number> {
  let woken = 0;
  for await (const edges of needs.ties.waiting(message.connectionId, link.entraId)) {
    for (const [lane, some] of byLane(edges, (edge) => edge.holder)) {
      await needs.bus.send('changes', wakes(message, lane, some, anew));
      woken |= 1 << lane;
    }
  }
  return woken;
}

function wakes(
  message: LaneEnvelope,
  lane: number,
  edges: readonly EdgeKey[],
  anew: boolean,
): Outgoing[] {
  const envelope = { ...envelopeOf(message), lane };
  return chunks(edges, EDGES_A_MESSAGE).map((some) =>
    toLane({ ...envelope, kind: 'wake', edges: some, anew }),
  );
}
