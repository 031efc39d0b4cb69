import type { LaneWrite, StoredConnection } from '../ports.ts';
import type { Edge } from '../sync/edge.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import { applyEdges } from './apply-edges.ts';
import { edgeDrop, enterRun } from './lane-work.ts';

/**
 * Another lane says that the far end of these edges has come, returned or gone for good. What the
 * edges say now decides; the wake itself proves nothing.
 */
export async function applyWake(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'wake' }>,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const lane = enterRun(opened, message.runId);
  const byHolder = Map.groupBy(message.edges, (edge) => edge.holder);
  const found = await Promise.all(
    [...byHolder.values()].map((keys) => needs.lanes.edges(lane, keys)),
  );
  const edges = found.flatMap((some) => [...some.values()]);
  const members = [...new Set(edges.map((edge) => edge.member))];
  const ties = await needs.ties.read(connection.id, members);
  const isGone = (edge: Edge) => ties.get(edge.member)?.state === 'gone';
  const drops: LaneWrite[] = edges.filter(isGone).map(edgeDrop);
  const saved = drops.length > 0 ? await needs.lanes.commit(lane, drops) : lane;
  await needs.ties.forget(connection.id, edges.filter(isGone));
  await applyEdges(
    needs,
    { connection, lane: saved },
    edges.filter((edge) => !isGone(edge)),
  );
}
