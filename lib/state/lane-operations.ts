import type { Operation } from '../azure/tables.ts';
import type { LaneWrite } from '../ports/lanes.ts';
import type { Sealer } from '../ports/platform.ts';
import type { Link } from '../sync/link.ts';
import { toEdgeRow } from './edge-rows.ts';
import { edgeKey, linkKey } from './keys.ts';
import { toRow } from './link-rows.ts';
import { edgeWaitingKey, linkWaitingKey } from './waiting-keys.ts';
import { newWelcomeRow } from './welcomes.ts';

/**
 * A lane's write as table operations: the row itself, and its place in the index of what is due.
 * Unconditional, because the lane's row stands in the same transaction under a condition.
 */
export async function operationsOf(
  partitionKey: string,
  write: LaneWrite,
  sealer: Sealer,
): Promise<Operation[]> {
  if ('link' in write) {
    const row = await toRow(partitionKey, write.link, sealer);
    const index = moved(partitionKey, linkWaitingKey(write.from), linkWaitingKey(write.link));
    return [{ op: write.from ? 'put' : 'insert', row }, ...index, ...welcomed(partitionKey, write)];
  }
  if ('dropLink' in write) {
    const index = moved(partitionKey, linkWaitingKey(write.dropLink), undefined);
    const rowKey = linkKey(write.dropLink.entraId);
    return [{ op: 'delete', row: { partitionKey, rowKey } }, ...index];
  }
  if ('edge' in write) {
    const index = moved(partitionKey, edgeWaitingKey(write.from), edgeWaitingKey(write.edge));
    return [{ op: 'put', row: toEdgeRow(partitionKey, write.edge) }, ...index];
  }
  if ('dropEdge' in write) {
    const index = moved(partitionKey, edgeWaitingKey(write.dropEdge), undefined);
    return [{ op: 'delete', row: { partitionKey, rowKey: edgeKey(write.dropEdge) } }, ...index];
  }
  if ('sighted' in write) return [sighting(partitionKey, linkKey(write.sighted), write.runId)];
  if ('sightedEdge' in write)
    return [sighting(partitionKey, edgeKey(write.sightedEdge), write.runId)];
  return [];
}

function welcomed(
  partitionKey: string,
  { link, welcome }: Extract<LaneWrite, { link: Link }>,
): Operation[] {
  if (welcome === undefined || link.appId === null) return [];
  const { entraId, appId } = link;
  return [{ op: 'put', row: newWelcomeRow(partitionKey, { entraId, appId, at: welcome }) }];
}

/** Only the stamp: the seals stay as they are. */
function sighting(partitionKey: string, rowKey: string, runId: string): Operation {
  return { op: 'merge', row: { partitionKey, rowKey, sighted: runId }, etag: '*' };
}

/** An index row moves from one key to another; either may be missing. */
function moved(
  partitionKey: string,
  from: string | undefined,
  to: string | undefined,
): Operation[] {
  if (from === to) return [];
  return [
    ...(from === undefined ? [] : [{ op: 'delete' as const, row: { partitionKey, rowKey: from } }]),
    ...(to === undefined ? [] : [{ op: 'put' as const, row: { partitionKey, rowKey: to, v: 1 } }]),
  ];
}
