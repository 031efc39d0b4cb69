import { z } from 'zod';
import type { StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Noted, StoredWatch, Watches } from '../ports/connections.ts';
import { type Watch, watchSchema } from '../sync/subscription.ts';
import { after } from './keys.ts';
import { storedJson } from './stored-json.ts';

const PARTITION = 'subscription';
/** What came in is noted apart from what is known, so that neither's writers meet the other's. */
const NOTED_PARTITION = 'notified';

const notedSchema = z.object({ notifiedAt: z.coerce.number().optional(), dropped: z.number() });

const prefixOf = (tenantId: string) => `${tenantId.toLowerCase()}:`;
const keyOf = ({ tenantId, clientId, resource }: Watch) =>
  `${prefixOf(tenantId)}${clientId.toLowerCase()}:${resource}`;

/** Subscriptions in the table `connections`, in a partition of their own. */
export function openWatches(table: Table): Watches {
  const range = (from: string, to: string) => table.range({ partitionKey: PARTITION, from, to });
  return {
    all: async function* () {
      for await (const page of range('-', '~')) yield page.map(toWatch);
    },
    of: async (tenantId) => {
      const found: StoredWatch[] = [];
      const prefix = prefixOf(tenantId);
      for await (const page of range(prefix, after(prefix))) found.push(...page.map(toWatch));
      return found;
    },
    save: async (watch, version) => {
      const data = JSON.stringify(watchSchema.parse(watch));
      const row = { partitionKey: PARTITION, rowKey: keyOf(watch), v: 1, data };
      const [saved = ''] = await table.write([
        version === null ? { op: 'insert', row } : { op: 'replace', row, etag: version },
      ]);
      return { ...watch, version: saved };
    },
    remove: async (watch) => {
      await removeRow(table, PARTITION, keyOf(watch));
      await removeRow(table, NOTED_PARTITION, keyOf(watch));
    },
    note: async (watch, { notifiedAt, dropped }) => {
      const row = { partitionKey: NOTED_PARTITION, rowKey: keyOf(watch), v: 1, dropped };
      const at = notifiedAt === null ? {} : { notifiedAt: String(notifiedAt) };
      await table.write([{ op: 'put', row: { ...row, ...at } }]);
    },
    noted: async (watch) => {
      const row = await table.get(NOTED_PARTITION, keyOf(watch));
      const known: Partial<z.infer<typeof notedSchema>> = row ? notedSchema.parse(row) : {};
      return { notifiedAt: known.notifiedAt ?? null, dropped: known.dropped ?? 0 } satisfies Noted;
    },
  };
}

async function removeRow(table: Table, partitionKey: string, rowKey: string): Promise<void> {
  try {
    await table.write([{ op: 'delete', row: { partitionKey, rowKey } }]);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}

function toWatch(row: StoredRow): StoredWatch {
  return { ...watchSchema.parse(storedJson(row.data)), version: row.etag };
}
