import type { Lane, Outgoing, Services, StoredConnection } from '../ports.ts';
import { type Edge, isPending } from '../sync/edge.ts';
import { byLane, laneSession } from '../sync/lanes.ts';
import type { Link } from '../sync/link.ts';
import type { EdgeKey, LaneEnvelope } from '../sync/messages.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'bus'>;

const EDGES_A_MESSAGE = 1_000;

/**
 * Tells the lanes whose edges name these links that they are there (again), then notes that they
 * know. The links carry `wakeDue` until then, so that a crash in between tells them once more.
 * @returns the links' own edges that the application lacks
 */
export async function wakeOthers(
  needs: Needs,
  place: { readonly connection: StoredConnection; readonly lane: Lane },
  message: LaneEnvelope,
  links: readonly Link[],
): Promise<{ lane: Lane; edges: readonly Edge[] }> {
  if (links.length === 0) return { lane: place.lane, edges: [] };
  const woken = await tellHolders(needs, message, links);
  const edges: Edge[] = [];
  for (const link of links)
    for await (const page of needs.lanes.edgesOf(place.lane, link.entraId))
      edges.push(...page.filter(isPending));
  const told = links.map((link) => ({ link: { ...link, wakeDue: false }, from: link }));
  const lane = await needs.lanes.commit(place.lane, told, { wakes: place.lane.wakes | woken });
  return { lane, edges };
}

/** Sends a wake to every lane with an edge that names one of these links. @returns lanes as bits */
export async function tellHolders(
  needs: Pick<Needs, 'ties' | 'bus'>,
  message: LaneEnvelope,
  links: readonly Link[],
): Promise<number> {
  let woken = 0;
  for (const link of links) {
    for await (const edges of needs.ties.waiting(message.connectionId, link.entraId)) {
      for (const [lane, some] of byLane(edges, (edge) => edge.holder)) {
        await needs.bus.send('changes', wakes(message, lane, some));
        woken |= 1 << lane;
      }
    }
  }
  return woken;
}

function wakes(message: LaneEnvelope, lane: number, edges: readonly EdgeKey[]): Outgoing[] {
  const { connectionId, runId, epoch, settingsVersion } = message;
  const envelope = { v: 1, connectionId, lane, runId, epoch, settingsVersion };
  const messages: Outgoing[] = [];
  for (let at = 0; at < edges.length; at += EDGES_A_MESSAGE) {
    const some = edges.slice(at, at + EDGES_A_MESSAGE);
    const body = { ...envelope, kind: 'wake', edges: some };
    messages.push({ session: laneSession(connectionId, lane), body });
  }
  return messages;
}
