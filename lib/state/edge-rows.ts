import { z } from 'zod';
import type { Row, StoredRow } from '../azure/tables.ts';
import { type Edge, isPending } from '../sync/edge.ts';
import { edgeKey, idOf } from './keys.ts';

const rowSchema = z.object({
  v: z.literal(1),
  relation: z.enum(['member', 'manager']),
  memberKind: z.enum(['user', 'group']),
  wanted: z.boolean(),
  applied: z.boolean(),
  sighted: z.string(),
});

/** Writes an edge; `pending` repeats what wanted and applied say, because a query cannot compare two columns. */
export function toEdgeRow(partitionKey: string, edge: Edge): Row {
  const { relation, memberKind, wanted, applied, sighted } = edge;
  return {
    partitionKey,
    rowKey: edgeKey(edge),
    v: 1,
    relation,
    memberKind,
    wanted,
    applied,
    pending: isPending(edge),
    sighted,
  };
}

export function toEdge(row: StoredRow): Edge {
  const { relation, memberKind, wanted, applied, sighted } = rowSchema.parse(row);
  const [, holder = '', member = ''] = row.rowKey.split(':');
  return {
    holder: idOf(holder),
    member: idOf(member),
    relation,
    memberKind,
    wanted,
    applied,
    sighted,
  };
}
