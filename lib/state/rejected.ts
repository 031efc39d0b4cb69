import { randomUUID } from 'node:crypto';
import type { Table } from '../azure/tables.ts';
import type { Clock, Rejected, Sealer } from '../ports.ts';
import { reverseTime } from './keys.ts';

/** Binary properties hold 64 KiB; a message is under 256 KB. */
const PART_BYTES = 60_000;

/** Messages that could not be handled, sealed, in the table `rejected`, newest first. */
export function openRejected(table: Table, sealer: Sealer, clock: Clock): Rejected {
  return {
    store: async (connectionId, { queue, reason, body }) => {
      const rowKey = `${reverseTime(clock.now())}:${randomUUID()}`;
      const sealed = await sealer.seal(body, `${connectionId}/${rowKey}`);
      const parts = Array.from(
        { length: Math.ceil(sealed.bytes.length / PART_BYTES) },
        (_, part) => [
          `body${part}`,
          sealed.bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
        ],
      );
      const row = {
        partitionKey: connectionId,
        rowKey,
        v: 1,
        queue,
        reason,
        sealKey: sealed.keyId,
      };
      await table.write([{ op: 'insert', row: { ...row, ...Object.fromEntries(parts) } }]);
    },
    count: async (connectionId) => {
      let count = 0;
      const bounds = { partitionKey: connectionId, from: '0', to: ':', select: ['queue'] };
      for await (const page of table.range(bounds)) count += page.length;
      return count;
    },
  };
}
