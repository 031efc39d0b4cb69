import { z } from 'zod';
import type { Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import type { Outage, Outages } from '../ports/sync-state.ts';
import { storedJson } from './stored-json.ts';

/** What is stored of an outage. */
export const outageSchema: z.ZodType<Outage> = z.object({
  since: z.string(),
  code: z.string(),
  message: z.string(),
  probes: z.number(),
  endedAt: z.number().nullable(),
  probe: z.string(),
  probeAt: z.number(),
});

/** The row of the application's side, in the partition of the connection. */
const ROW = 'app';

/** A worker that knows of an outage asks again after this time whether it is over. */
const RECHECK_MILLISECONDS = 5_000;

/** What workers know of applications that are down; the row says it to all of them. */
export function openOutages(table: Table, clock: Clock): Outages {
  const down = new Map<string, number>();
  const load = async (connectionId: string) => {
    const row = await table.get(connectionId, ROW);
    const data: unknown = row ? storedJson(row.data) : null;
    return { row, outage: outageSchema.nullable().parse(data) };
  };
  return {
    isDown: async (connectionId) => {
      const checkedAt = down.get(connectionId);
      if (checkedAt === undefined) return false;
      if (clock.now() - checkedAt < RECHECK_MILLISECONDS) return true;
      const { outage } = await load(connectionId);
      const isDown = outage !== null && outage.endedAt === null;
      if (isDown) down.set(connectionId, clock.now());
      else down.delete(connectionId);
      return isDown;
    },
    last: async (connectionId) => (await load(connectionId)).outage,
    begin: async (connectionId, outage) => {
      down.set(connectionId, clock.now());
      const { row, outage: known } = await load(connectionId);
      if (known && known.endedAt === null) return false;
      const next = { partitionKey: connectionId, rowKey: ROW, v: 1, data: JSON.stringify(outage) };
      try {
        await table.write([
          row ? { op: 'replace', row: next, etag: row.etag } : { op: 'insert', row: next },
        ]);
        return true;
      } catch (error) {
        if (hasCode(error, 'state-changed', 'state-exists')) return false;
        throw error;
      }
    },
  };
}
