import { type Operation, type Row, TRANSACTION_LIMIT } from '../azure/tables.ts';
import type { Lane, LaneWrite } from '../ports/lanes.ts';
import type { AuditEntry, Why } from '../sync/audit/audit-entry.ts';
import { factsOf, withFact } from '../sync/audit/facts-of.ts';
import { toAuditRow } from './audit-rows.ts';

/** A transaction takes 4 MiB (Azure docs: entity group transactions); base64 adds a third. */
const TRANSACTION_BYTES = 2_000_000;

/** What one transaction of a lane is to hold, beside the lane's own row. */
export interface Batch {
  readonly fits: (operations: readonly Operation[], write: LaneWrite) => boolean;
  readonly add: (operations: readonly Operation[], write: LaneWrite) => void;
  /** @param audited how many rows of histories the lane has written before */
  readonly take: (audited: number) => {
    readonly operations: readonly Operation[];
    readonly histories: number;
  };
}

/** Collects writes with what they tell of histories: one row an object, however much it tells. */
export function openBatch({ connectionId, lane }: Lane, why: Why | undefined): Batch {
  const operations: Operation[] = [];
  const entries = new Map<string, AuditEntry>();
  let bytes = 0;
  const told = (write: LaneWrite) =>
    why === undefined || 'sighted' in write || 'sightedEdge' in write
      ? []
      : factsOf(write, why.cause);
  return {
    fits: (next, write) => {
      const own = new Set(told(write).map(({ objectId }) => objectId));
      const histories = [...own].filter((id) => !entries.has(id)).length + entries.size;
      const isFull = operations.length + next.length + histories + 1 > TRANSACTION_LIMIT;
      return !isFull && bytes + sizeOf(next) <= TRANSACTION_BYTES;
    },
    add: (next, write) => {
      operations.push(...next);
      bytes += sizeOf(next);
      for (const { objectId, kind, fact } of told(write)) {
        const facts = withFact(entries.get(objectId)?.facts ?? [], fact);
        if (why) entries.set(objectId, { ...why, objectId, kind, facts });
      }
    },
    take: (audited) => {
      const rows = [...entries.values()].map((entry, index) =>
        toAuditRow({ connectionId, lane, n: audited + index }, entry),
      );
      const put = rows.map((row): Operation => ({ op: 'put', row }));
      return { operations: [...operations, ...put], histories: rows.length };
    },
  };
}

function sizeOf(operations: readonly Operation[]): number {
  return operations.reduce((sum, { row }) => sum + bytesOf(row), 0);
}

/** The sealed parts are nearly all of a row. */
function bytesOf(row: Row): number {
  return Object.values(row).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? value.length : 50),
    0,
  );
}
