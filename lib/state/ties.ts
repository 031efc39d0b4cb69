import { type Table, TRANSACTION_LIMIT } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Ties } from '../ports.ts';
import { byLane, laneOf } from '../sync/lanes.ts';
import type { EdgeKey } from '../sync/messages.ts';
import { after, idOf, lanePartition, linkKey, reverseKey, reversePrefix } from './keys.ts';
import { TIE_COLUMNS, toTie } from './link-rows.ts';

/** What lanes read and write of each other's links, in the table `links`. */
export function openTies(table: Table): Ties {
  /** Reverse rows of many edges, each in its member's partition, lanes side by side. */
  async function reverse(connectionId: string, edges: readonly EdgeKey[], op: 'put' | 'delete') {
    const lanes = [...byLane(edges, (edge) => edge.member)];
    await Promise.all(
      lanes.map(async ([lane, some]) => {
        const partitionKey = lanePartition(connectionId, lane);
        const keys = [...new Set(some.map(reverseKey))];
        for (let at = 0; at < keys.length; at += TRANSACTION_LIMIT) {
          const rows = keys
            .slice(at, at + TRANSACTION_LIMIT)
            .map((rowKey) => ({ op, row: { partitionKey, rowKey } }));
          await table.write(rows);
        }
      }),
    );
  }

  return {
    read: async (connectionId, entraIds) => {
      const lanes = [...byLane(entraIds, (id) => id)];
      const found = await Promise.all(
        lanes.map(([lane, ids]) =>
          table.getMany(lanePartition(connectionId, lane), ids.map(linkKey), TIE_COLUMNS),
        ),
      );
      const ties = found.flatMap((rows) => [...rows.values()].map(toTie));
      return new Map(ties.map((tie) => [tie.entraId, tie]));
    },
    wait: (connectionId, edges) => reverse(connectionId, edges, 'put'),
    waiting: async function* (connectionId, member) {
      const from = reversePrefix(member);
      const partitionKey = lanePartition(connectionId, laneOf(member));
      for await (const page of table.range({ partitionKey, from, to: after(from) }))
        yield page.map((row) => ({ member, holder: idOf(row.rowKey.slice(from.length)) }));
    },
    forget: async (connectionId, edges) => {
      // One by one: in a transaction, a row that is gone already would fail its neighbours.
      for (const edge of edges) {
        try {
          await reverse(connectionId, [edge], 'delete');
        } catch (error) {
          if (!hasCode(error, 'not-found')) throw error;
        }
      }
    },
  };
}
