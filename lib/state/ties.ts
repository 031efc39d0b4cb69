import { readPrefixes } from '../azure/read-prefixes.ts';
import { type Operation, type Row, type Table, TRANSACTION_LIMIT } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Ties } from '../ports/lanes.ts';
import { byLane, laneOf } from '../sync/lanes.ts';
import type { LinkTie } from '../sync/link.ts';
import type { EdgeKey } from '../sync/messages.ts';
import {
  after,
  holderBehind,
  isPassedKey,
  lanePartition,
  linkKey,
  passedKey,
  reverseKey,
  reversePrefix,
} from './keys.ts';
import { TIE_COLUMNS, toTie } from './link-rows.ts';
import { openReports } from './reports.ts';

/** Lanes that are read or written side by side: enough to hide latency, few enough for memory. */
const SIDE_BY_SIDE = 4;

const waiting = (row: Row): Operation => ({ op: 'put', row: { ...row, v: 1 } });
const unwanted = (row: Row): Operation => ({ op: 'put', row: { ...row, v: 1, wanted: false } });
const forgotten = (row: Row): Operation => ({ op: 'delete', row });

/** What lanes read and write of each other's links, in the table `links`. */
export function openTies(table: Table): Ties {
  /** Reverse rows of many edges, each in its member's partition, lanes side by side. */
  async function reverse(
    connectionId: string,
    edges: readonly EdgeKey[],
    write: (row: Row) => Operation,
    keyOf = reverseKey,
  ) {
    await eachLane(
      byLane(edges, (edge) => edge.member),
      async (lane, some) => {
        const partitionKey = lanePartition(connectionId, lane);
        const keys = [...new Set(some.map(keyOf))];
        for (let at = 0; at < keys.length; at += TRANSACTION_LIMIT) {
          const rows = keys
            .slice(at, at + TRANSACTION_LIMIT)
            .map((rowKey) => write({ partitionKey, rowKey }));
          await table.write(rows);
        }
      },
    );
  }

  async function forget(connectionId: string, edges: readonly EdgeKey[], keyOf = reverseKey) {
    try {
      await reverse(connectionId, edges, forgotten, keyOf);
    } catch (error) {
      if (!hasCode(error, 'not-found')) throw error;
      // In a transaction, a row that is gone already fails its neighbours: then one by one.
      if (edges.length > 1) for (const edge of edges) await forget(connectionId, [edge], keyOf);
    }
  }

  return {
    ...openReports(table),
    read: async (connectionId, entraIds) => {
      const ties = new Map<string, LinkTie>();
      await eachLane(
        byLane(entraIds, (id) => id),
        async (lane, ids) => {
          const partition = lanePartition(connectionId, lane);
          const rows = await table.getMany(partition, ids.map(linkKey), TIE_COLUMNS);
          for (const row of rows.values()) {
            const tie = toTie(row);
            ties.set(tie.entraId, tie);
          }
        },
      );
      return ties;
    },
    wait: (connectionId, edges) => reverse(connectionId, edges, waiting),
    unwant: (connectionId, edges) => reverse(connectionId, edges, unwanted),
    pass: (connectionId, edges) => reverse(connectionId, edges, waiting, passedKey),
    waiting: async function* (connectionId, member) {
      const from = reversePrefix(member);
      const partitionKey = lanePartition(connectionId, laneOf(member));
      for await (const page of table.range({ partitionKey, from, to: after(from) }))
        yield page.map(({ rowKey }) => ({ member, holder: holderBehind(from, rowKey) }));
    },
    holdersOf: async (connectionId, members) => {
      const holders = new Map<string, readonly string[]>();
      await eachLane(
        byLane(members, (id) => id),
        async (lane, some) => {
          const partition = lanePartition(connectionId, lane);
          for (const [member, own] of await wantedHolders(table, partition, some))
            holders.set(member, own);
        },
      );
      return holders;
    },
    forget: (connectionId, edges) => forget(connectionId, edges),
    forgetPassed: (connectionId, edges) => forget(connectionId, edges, passedKey),
  };
}

/** Of members of one lane; a row that does not say otherwise is of a wanted edge. */
async function wantedHolders(table: Table, partitionKey: string, members: readonly string[]) {
  const prefixes = new Map(members.map((member) => [reversePrefix(member), member]));
  const wanted = { partitionKey, prefixes: [...prefixes.keys()], select: ['wanted'] };
  const holders = new Map<string, string[]>();
  for (const [prefix, rows] of await readPrefixes(table, wanted)) {
    const own = rows
      .filter((row) => row.wanted !== false && !isPassedKey(row.rowKey))
      .map(({ rowKey }) => holderBehind(prefix, rowKey));
    const member = prefixes.get(prefix);
    if (member !== undefined && own.length > 0) holders.set(member, own);
  }
  return holders;
}

async function eachLane<T>(
  lanes: ReadonlyMap<number, T>,
  work: (lane: number, share: T) => Promise<void>,
): Promise<void> {
  const all = [...lanes];
  for (let at = 0; at < all.length; at += SIDE_BY_SIDE)
    await Promise.all(all.slice(at, at + SIDE_BY_SIDE).map(([lane, share]) => work(lane, share)));
}
