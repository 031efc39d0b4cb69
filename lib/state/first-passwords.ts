import { z } from 'zod';
import { deleteRows } from '../azure/delete-rows.ts';
import type { Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { FirstPasswords } from '../ports/first-passwords.ts';
import type { Sealer } from '../ports/platform.ts';
import { after, keyOf } from './keys.ts';

const rowSchema = z.object({
  v: z.literal(1),
  at: z.coerce.number(),
  sealKey: z.string(),
  sealed: z.instanceof(Uint8Array),
});

/** First passwords in the table `handovers`, a row each, sealed and bound to their place. */
export function openFirstPasswords(table: Table, sealer: Sealer): FirstPasswords {
  const placeOf = (connectionId: string, rowKey: string) => `${connectionId}/${rowKey}`;
  return {
    keep: async (connectionId, objectId, { password, at }) => {
      const rowKey = rowKeyOf(objectId);
      const seal = await sealer.seal(password, placeOf(connectionId, rowKey));
      const row = {
        partitionKey: connectionId,
        rowKey,
        v: 1,
        at: String(at),
        sealKey: seal.keyId,
        sealed: seal.bytes,
      };
      await table.write([{ op: 'put', row }]);
    },
    take: async (connectionId, objectId) => {
      const rowKey = rowKeyOf(objectId);
      const row = await table.get(connectionId, rowKey);
      if (!row) return undefined;
      const { at, sealKey, sealed } = rowSchema.parse(row);
      const seal = { keyId: sealKey, bytes: sealed };
      const password = await sealer.open(seal, placeOf(connectionId, rowKey));
      try {
        const own = { partitionKey: connectionId, rowKey };
        await table.write([{ op: 'delete', row: own, etag: row.etag }]);
      } catch (error) {
        if (hasCode(error, 'not-found', 'state-changed')) return undefined;
        throw error;
      }
      return { password, at };
    },
    expire: async (connectionId, before) => {
      const bounds = { partitionKey: connectionId, from: 'p:', to: after('p:'), select: ['at'] };
      for await (const page of table.range(bounds)) {
        const old = page.filter(({ at }) => Number(at) < before).map(({ rowKey }) => rowKey);
        await deleteRows(table, connectionId, old);
      }
    },
  };
}

function rowKeyOf(objectId: string): string {
  return `p:${keyOf(objectId)}`;
}
