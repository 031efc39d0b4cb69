import type { Operation } from '../azure/tables.ts';
import type { LaneWrite, Sealer } from '../ports.ts';
import type { Edge } from '../sync/edge.ts';
import type { Link } from '../sync/link.ts';
import { toEdgeRow } from './edge-rows.ts';
import { dueKey, edgeKey, edgeRemovalKey, linkRemovalKey } from './keys.ts';
import { toRow } from './link-rows.ts';

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
    const index = moved(partitionKey, dueKeyOf(write.from), dueKeyOf(write.link));
    return [{ op: write.from ? 'put' : 'insert', row }, ...index];
  }
  if ('edge' in write) {
    const index = moved(partitionKey, removalKeyOf(write.from), removalKeyOf(write.edge));
    return [{ op: 'put', row: toEdgeRow(partitionKey, write.edge) }, ...index];
  }
  if ('dropEdge' in write) {
    const index = moved(partitionKey, removalKeyOf(write.dropEdge), undefined);
    return [{ op: 'delete', row: { partitionKey, rowKey: edgeKey(write.dropEdge) } }, ...index];
  }
  return [];
}

/** By how many a write changes what waits for the run's decision: its index rows, counted. */
export function removalsIn(write: LaneWrite): number {
  if ('link' in write) return Number(waits(write.link)) - Number(waits(write.from));
  if ('edge' in write)
    return (
      Number(removalKeyOf(write.edge) !== undefined) -
      Number(removalKeyOf(write.from) !== undefined)
    );
  return 'dropEdge' in write ? -Number(removalKeyOf(write.dropEdge) !== undefined) : 0;
}

function waits(link: Link | undefined): boolean {
  return link?.dirty?.reason === 'removal';
}

function dueKeyOf(link: Link | undefined): string | undefined {
  // A link whose holders were not told yet is due at once: a retry tells them.
  if (!link?.dirty) return link?.wakeDue ? dueKey(0, link.entraId) : undefined;
  return link.dirty.reason === 'removal'
    ? linkRemovalKey(link.entraId)
    : dueKey(link.dirty.due, link.entraId);
}

function removalKeyOf(edge: Edge | undefined): string | undefined {
  return edge && !edge.wanted && edge.applied ? edgeRemovalKey(edge) : undefined;
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
