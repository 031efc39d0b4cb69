import { z } from 'zod';
import type { Row, StoredRow } from '../azure/tables.ts';
import { type Edge, edgeRemovalSchema, isPending } from '../sync/edge.ts';
import { type EdgeRefusal, edgeRefusalSchema } from '../sync/edge-export.ts';
import { edgeKey, idOf } from './keys.ts';

const rowSchema = z.object({
  v: z.literal(1),
  relation: z.enum(['member', 'manager']),
  memberKind: z.enum(['user', 'group']),
  wanted: z.boolean(),
  /** Of one that stands by a nested group alone: false. */
  direct: z.boolean().optional(),
  via: z.string().optional(),
  applied: z.boolean(),
  sighted: z.string(),
  removal: edgeRemovalSchema.shape.state.optional(),
  removalAt: z.coerce.number().optional(),
  doubts: z.number().optional(),
  evidence: edgeRemovalSchema.shape.evidence.optional(),
  isFree: z.boolean().optional(),
  mayBeHeld: z.literal(true).optional(),
  sentThere: z.boolean().optional(),
  sentAt: z.coerce.number().optional(),
  /** A refusal of Entra, as JSON. */
  refused: z.string().optional(),
});

/**
 * Writes an edge; `pending` repeats what wanted and applied say, because a query cannot compare two
 * columns, and finds removals that rest as well; `derived` finds those that stand by nested groups.
 */
export function toEdgeRow(partitionKey: string, edge: Edge): Row {
  const { relation, memberKind, wanted, direct, via, applied, sighted, removal } = edge;
  const { sent, refused } = edge;
  return {
    partitionKey,
    rowKey: edgeKey(edge),
    v: 1,
    relation,
    memberKind,
    wanted,
    applied,
    pending: isPending(edge) || removal?.state === 'resting',
    sighted,
    ...(wanted && !direct && { direct }),
    ...(via !== null && { via, derived: true }),
    ...(removal && {
      removal: removal.state,
      removalAt: String(removal.at),
      doubts: removal.doubts,
      evidence: removal.evidence,
      isFree: removal.isFree,
    }),
    ...(edge.mayBeHeld && { mayBeHeld: true }),
    ...(sent && { sentThere: sent.there, sentAt: String(sent.at) }),
    ...(refused && { refused: JSON.stringify(refused) }),
  };
}

export function toEdge(row: StoredRow): Edge {
  const known = rowSchema.parse(row);
  const { relation, memberKind, wanted, applied, sighted } = known;
  const [, holder = '', member = ''] = row.rowKey.split(':');
  return {
    holder: idOf(holder),
    member: idOf(member),
    relation,
    memberKind,
    wanted,
    direct: wanted && known.direct !== false,
    via: known.via ?? null,
    applied,
    sighted,
    removal:
      known.removal === undefined
        ? null
        : {
            state: known.removal,
            at: known.removalAt ?? 0,
            doubts: known.doubts ?? 0,
            evidence: known.evidence ?? 'removed',
            isFree: known.isFree ?? false,
          },
    ...(known.mayBeHeld && { mayBeHeld: true as const }),
    ...(known.sentThere !== undefined && {
      sent: { there: known.sentThere, at: known.sentAt ?? 0 },
    }),
    ...(known.refused !== undefined && { refused: refusalIn(known.refused) }),
  };
}

function refusalIn(text: string): EdgeRefusal {
  return edgeRefusalSchema.parse(JSON.parse(text));
}
