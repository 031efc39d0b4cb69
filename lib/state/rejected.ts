import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { inParts, joinParts } from '../azure/byte-parts.ts';
import type { StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Clock, Sealer } from '../ports/platform.ts';
import type { Rejected, RejectedMessage } from '../ports/sync-state.ts';
import { firstRows } from './first-rows.ts';
import { reverseTime, timeOf } from './keys.ts';
import { storedText } from './stored-json.ts';

/** Messages that could not be handled, sealed, in the table `rejected`, newest first. */
export function openRejected(table: Table, sealer: Sealer, clock: Clock): Rejected {
  return {
    store: async (connectionId, { queue, reason, body }) => {
      const rowKey = `${reverseTime(clock.now())}:${randomUUID()}`;
      const sealed = await sealer.seal(body, `${connectionId}/${rowKey}`);
      const row = {
        partitionKey: connectionId,
        rowKey,
        v: 1,
        queue,
        reason,
        sealKey: sealed.keyId,
      };
      // A message is under 256 KB.
      await table.write([{ op: 'insert', row: { ...row, ...inParts('body', sealed.bytes) } }]);
    },
    count: async (connectionId) => {
      let count = 0;
      const bounds = { partitionKey: connectionId, from: '0', to: ':', select: ['queue'] };
      for await (const page of table.range(bounds)) count += page.length;
      return count;
    },
    list: async (connectionId, { size, after }) => {
      const from = after === undefined ? '0' : `${after} `;
      const bounds = { partitionKey: connectionId, from, to: ':', pageSize: size };
      const found = await firstRows(table, { ...bounds, select: ['queue', 'reason'] });
      const messages = found.map(toMessage);
      const last = messages.at(-1);
      return last && messages.length === size ? { messages, next: last.id } : { messages };
    },
    open: async (connectionId, id) => {
      const row = await table.get(connectionId, id);
      if (!row) return undefined;
      const sealed = { keyId: storedText(row.sealKey), bytes: joinParts(row, 'body') };
      const body = await sealer.open(sealed, `${connectionId}/${id}`);
      return { ...toMessage(row), body };
    },
    remove: async (connectionId, id) => {
      try {
        await table.write([{ op: 'delete', row: { partitionKey: connectionId, rowKey: id } }]);
      } catch (error) {
        if (!hasCode(error, 'not-found')) throw error;
      }
    },
    expire: async (connectionId, before) => {
      // Newest first: what is older lies behind.
      const bounds = { partitionKey: connectionId, from: reverseTime(before), to: ':' };
      for await (const page of table.range({ ...bounds, select: ['queue'] }))
        for (const { rowKey } of page)
          await table.write([{ op: 'delete', row: { partitionKey: connectionId, rowKey } }]);
    },
  };
}

const rowSchema = z.object({ queue: z.string(), reason: z.string() });

function toMessage(row: StoredRow): RejectedMessage {
  const { queue, reason } = rowSchema.parse(row);
  const at = new Date(timeOf(row.rowKey)).toISOString();
  return { id: row.rowKey, queue, reason, at };
}
