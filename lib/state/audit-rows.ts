import { z } from 'zod';
import type { Row, StoredRow } from '../azure/tables.ts';
import { type AuditEntry, factSchema, whySchema } from '../sync/audit/audit-entry.ts';
import { auditKey, auditPlaceOf, lanePartition } from './keys.ts';

const dataSchema = z.object({ kind: z.enum(['user', 'group']), facts: z.array(factSchema) });

/** Who writes it, and how many rows of histories that lane has written before. */
interface Place {
  readonly connectionId: string;
  readonly lane: number;
  readonly n: number;
}

/** A row of an object's history; the key is the same whenever the same is written. */
export function toAuditRow({ connectionId, lane, n }: Place, entry: AuditEntry): Row {
  const { objectId, at, cause, runId, by, kind, facts } = entry;
  return {
    partitionKey: lanePartition(connectionId, lane),
    rowKey: auditKey(objectId, { at, lane, n }),
    v: 1,
    at: String(at),
    cause,
    ...(runId !== undefined && { runId }),
    ...(by !== undefined && { by }),
    data: dataOf(kind, facts),
  };
}

/** A text property holds 32,768 characters: beyond that the attributes' names are left out. */
const MOST_CHARACTERS = 30_000;

function dataOf(kind: AuditEntry['kind'], facts: AuditEntry['facts']): string {
  const whole = JSON.stringify({ kind, facts });
  if (whole.length <= MOST_CHARACTERS) return whole;
  const short = facts.map((fact) => ({ ...fact, attributes: undefined }));
  return JSON.stringify({ kind, facts: short });
}

/** An entry, and its place in the object's history: what follows it there has a greater one. */
export function toAuditEntry(row: StoredRow): AuditEntry & { readonly place: string } {
  const { kind, facts } = dataSchema.parse(JSON.parse(z.string().parse(row.data)));
  const why = whySchema.parse({ ...row, at: Number(row.at) });
  return { ...auditPlaceOf(row.rowKey), ...why, kind, facts };
}
