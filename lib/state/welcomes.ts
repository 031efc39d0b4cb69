import { z } from 'zod';
import { inParts, joinParts } from '../azure/byte-parts.ts';
import type { Row, StoredRow, Table } from '../azure/tables.ts';
import type { Sealer } from '../ports/platform.ts';
import type { Welcome, Welcomes } from '../ports/welcomes.ts';
import { laneOf } from '../sync/lanes.ts';
import { after, idOf, lanePartition, WELCOME_PREFIX, welcomeKey } from './keys.ts';

const rowSchema = z.object({
  at: z.coerce.number(),
  appId: z.string(),
  done: z.string(),
  attempts: z.number(),
  dueAt: z.coerce.number(),
  sealKey: z.string().optional(),
});
const doneSchema = z.array(z.enum(['webhook', 'mail']));

/** A user whose entry was made just now; no PIN was drawn yet. */
export function newWelcomeRow(
  partitionKey: string,
  { entraId, appId, at }: Pick<Welcome, 'entraId' | 'appId' | 'at'>,
): Row {
  const rest = { at: String(at), appId, done: '[]', attempts: 0, dueAt: '0' };
  return { partitionKey, rowKey: welcomeKey(entraId), v: 1, ...rest };
}

/** New users in the table `links`, a row each in the lane that made the entry; PINs are sealed. */
export function openWelcomes(table: Table, sealer: Sealer): Welcomes {
  const placeOf = (row: Pick<Row, 'partitionKey' | 'rowKey'>) =>
    `${row.partitionKey}/${row.rowKey}`;
  const toWelcome = async (lane: number, row: StoredRow): Promise<Welcome> => {
    const { done, sealKey, ...known } = rowSchema.parse(row);
    const sealed = sealKey === undefined ? null : { keyId: sealKey, bytes: joinParts(row, 'pin') };
    const pin = sealed && (await sealer.open(sealed, placeOf(row)));
    const entraId = idOf(row.rowKey.slice(WELCOME_PREFIX.length));
    return {
      ...known,
      lane,
      entraId,
      done: doneSchema.parse(JSON.parse(done)),
      pin,
      version: row.etag,
    };
  };
  return {
    list: async function* (connectionId, lane) {
      const partitionKey = lanePartition(connectionId, lane);
      const bounds = { partitionKey, from: WELCOME_PREFIX, to: after(WELCOME_PREFIX) };
      for await (const rows of table.range({ ...bounds, pageSize: 100 }))
        yield await Promise.all(rows.map((row) => toWelcome(lane, row)));
    },
    get: async (connectionId, entraId) => {
      const lane = laneOf(entraId);
      const row = await table.get(lanePartition(connectionId, lane), welcomeKey(entraId));
      return row && (await toWelcome(lane, row));
    },
    save: async (connectionId, welcome) => {
      const { lane, done, attempts, dueAt, pin, version } = welcome;
      const first = newWelcomeRow(lanePartition(connectionId, lane), welcome);
      const sealed = pin === null ? null : await sealer.seal(pin, placeOf(first));
      const row = {
        ...first,
        done: JSON.stringify(done),
        attempts,
        dueAt: String(dueAt),
        ...(sealed && { sealKey: sealed.keyId, ...inParts('pin', sealed.bytes) }),
      };
      const [saved = ''] = await table.write([{ op: 'replace', row, etag: version }]);
      return { ...welcome, version: saved };
    },
    remove: async (connectionId, { lane, entraId, version }) => {
      const row = { partitionKey: lanePartition(connectionId, lane), rowKey: welcomeKey(entraId) };
      await table.write([{ op: 'delete', row, etag: version }]);
    },
  };
}
