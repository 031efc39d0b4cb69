import type { StoredConnection } from '../ports.ts';
import type { EdgeKey, LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import { awaitsLane, closePhase } from './close-phase.ts';
import { dropEdges } from './drop-edges.ts';
import { enterPhase } from './lane-work.ts';
import { type RemovalPlace, removeEntries } from './remove-entries.ts';

type RemovalsMessage = Extract<LaneMessage, { kind: 'removals' }>;

/**
 * Carries out the removals that wait in the lane, each confirmed by id first. The run has asked the
 * guard before it sent this message.
 */
export async function applyRemovals(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: RemovalsMessage,
): Promise<void> {
  if (!(await awaitsLane(needs, message))) return;
  const phase = 'removals' as const;
  const opened = await needs.lanes.reopen(connection.id, message.lane);
  const lane = enterPhase(opened, { runId: message.runId, phase });
  const place: RemovalPlace = { connection, message, lane };
  for await (const { links, edges } of needs.lanes.removals(lane)) {
    if (edges.length > 0) await removeEdges(needs, place, edges);
    if (links.length > 0) await removeEntries(needs, place, links);
  }
  return closePhase(needs, message, { ...place.lane, phase });
}

async function removeEdges(needs: ApplyNeeds, place: RemovalPlace, keys: readonly EdgeKey[]) {
  const found = await needs.lanes.edges(place.lane, keys);
  const edges = [...found.values()].filter((edge) => !edge.wanted);
  place.lane = await dropEdges(needs, place, edges, true);
}
