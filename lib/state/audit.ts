import { odata } from '@azure/data-tables';
import { deleteRows } from '../azure/delete-rows.ts';
import type { Table } from '../azure/tables.ts';
import type { Audit, PlacedEntry, TimeSpan } from '../ports/audit.ts';
import { LANES } from '../sync/lanes.ts';
import { toAuditEntry } from './audit-rows.ts';
import { firstRows } from './first-rows.ts';
import { AUDIT_PREFIX, after, auditPrefix, lanePartition } from './keys.ts';

/** Histories in the table `links`, beside the links: see docs/decisions/0030. */
export function openAudit(table: Table): Audit {
  /** What one lane has to tell of an object: another lane tells of the groups that it is in. */
  const told = async (partitionKey: string, objectId: string, page: Page) => {
    const prefix = auditPrefix(objectId);
    const from = page.after === undefined ? prefix : `${prefix}${page.after} `;
    const bounds = { partitionKey, from, to: after(prefix), pageSize: page.size };
    return (await firstRows(table, bounds)).map(toAuditEntry);
  };
  return {
    history: async (connectionId, objectId, page) => {
      const all = await Promise.all(
        lanes().map((lane) => told(lanePartition(connectionId, lane), objectId, page)),
      );
      const entries = all.flat().sort(byPlace).slice(0, page.size);
      const last = entries.at(-1);
      return last && entries.length === page.size ? { entries, next: last.place } : { entries };
    },
    ofLane: async function* (connectionId, lane, { size, from = AUDIT_PREFIX, during }) {
      const bounds = { partitionKey: lanePartition(connectionId, lane), from, to: END };
      const filter = filterOf(during);
      let at = from;
      for await (const rows of table.range({ ...bounds, ...filter, pageSize: size })) {
        at = rows.at(-1) ? `${rows.at(-1)?.rowKey} ` : at;
        yield { entries: rows.map(toAuditEntry), cursor: at };
      }
    },
    expire: async (connectionId, lane, before, isOver) => {
      const partitionKey = lanePartition(connectionId, lane);
      const filter = odata`at lt ${textOf(before)}`;
      const bounds = { partitionKey, from: AUDIT_PREFIX, to: END, filter, select: ['v'] };
      let count = 0;
      for await (const rows of table.range(bounds)) {
        await deleteRows(
          table,
          partitionKey,
          rows.map(({ rowKey }) => rowKey),
        );
        count += rows.length;
        if (isOver()) break;
      }
      return count;
    },
  };
}

interface Page {
  readonly size: number;
  readonly after?: string;
}

const END = after(AUDIT_PREFIX);

const lanes = () => Array.from({ length: LANES }, (_, lane) => lane);

/** Times of rows have 13 digits until the year 2286: they compare as text. */
function textOf(at: number): string {
  return String(Math.max(at, 0)).padStart(13, '0').slice(0, 13);
}

function filterOf({ from, to }: TimeSpan = {}): { filter?: string } {
  const conditions = [
    ...(from === undefined ? [] : [odata`at ge ${textOf(from)}`]),
    ...(to === undefined ? [] : [odata`at lt ${textOf(to)}`]),
  ];
  return conditions.length > 0 ? { filter: conditions.join(' and ') } : {};
}

/** By code unit, as the table does. */
function byPlace(a: PlacedEntry, b: PlacedEntry): number {
  return a.place < b.place ? -1 : Number(a.place > b.place);
}
