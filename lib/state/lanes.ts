import { odata } from '@azure/data-tables';
import { z } from 'zod';
import type { Operation, Row, Table } from '../azure/tables.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Lane, Lanes, Waiting } from '../ports/lanes.ts';
import type { Sealer } from '../ports/platform.ts';
import { NO_TOTALS } from '../sync/counters.ts';
import { edgeName } from '../sync/edge.ts';
import { LANES } from '../sync/lanes.ts';
import { lossesSchema, NO_LOSSES } from '../sync/losses.ts';
import { putLast } from '../sync/put-last.ts';
import { phaseSchema } from '../sync/run.ts';
import { toEdge } from './edge-rows.ts';
import {
  after,
  DUE_PREFIX,
  duePrefix,
  edgeKey,
  edgePrefix,
  HELD_PREFIX,
  LANE_ROW,
  lanePartition,
  linkKey,
  REMOVAL_PREFIX,
  waitingOf,
} from './keys.ts';
import { openBatch } from './lane-batch.ts';
import { counted } from './lane-counts.ts';
import { operationsOf } from './lane-operations.ts';
import { TIE_COLUMNS, toLink, toTie } from './link-rows.ts';
import { storedJson } from './stored-json.ts';

const counts = z.record(z.string(), z.number());
const laneSchema = z.object({
  epoch: z.number(),
  runId: z.string(),
  phase: phaseSchema.nullable(),
  n: z.number(),
  gap: z.boolean(),
  counters: counts,
  wakes: z.number(),
  removals: z.number(),
  waiting: lossesSchema,
  held: lossesSchema,
  done: lossesSchema,
  failures: z.number(),
  owed: z.boolean(),
  // Rows of before there were histories have none.
  audited: z.number().default(0),
  cursor: z.string().nullable(),
  cursorAt: z.number(),
  totals: z.object({
    users: z.number(),
    groups: z.number(),
    memberships: z.number(),
    // Rows of before there were entitlements have none.
    entitlements: z.number().default(0),
  }),
});

/** Edges of holders that have no more than this are read together, each by its name. */
const FEW_KEYS = 12;
/** So many keys are named, twelve in a query; more would be scanned for. */
const NAMED_KEYS = 24;

const FILTERS = {
  nested: "relation eq 'member' and memberKind eq 'group'",
  derived: 'derived eq true',
} as const;

/** Whole links are some kilobytes each. */
const LINKS_A_PAGE = 250;

/** Lanes kept in memory between two messages; a commit's condition finds out a stale one. */
const REMEMBERED = 2_000;

/** Opens the lanes' rows in the table `links`. */
export function openLanes(table: Table, sealer: Sealer): Lanes {
  const remembered = new Map<string, Lane>();
  const remember = (lane: Lane) => {
    const key = lanePartition(lane.connectionId, lane.lane);
    putLast(remembered, { key, value: lane, most: REMEMBERED });
    return lane;
  };
  const readLane = async (connectionId: string, lane: number): Promise<Lane> => {
    const row = await table.get(lanePartition(connectionId, lane), LANE_ROW);
    if (!row) return { ...newLane, connectionId, lane };
    const known = laneSchema.parse(storedJson(row.data));
    return { ...known, connectionId, lane, version: row.etag };
  };

  /** One transaction: some writes and the lane's row with what they count. */
  async function writeLane(lane: Lane, operations: readonly Operation[]): Promise<Lane> {
    const { connectionId, lane: number, version, ...data } = lane;
    const partitionKey = lanePartition(connectionId, number);
    const row = { partitionKey, rowKey: LANE_ROW, v: 1, data: JSON.stringify(data) };
    const own: Operation =
      version === null ? { op: 'insert', row } : { op: 'replace', row, etag: version };
    try {
      const etags = await table.write([...operations, own]);
      return remember({ ...lane, version: etags.at(-1) ?? null });
    } catch (error) {
      remembered.delete(partitionKey);
      // An index row that is gone was moved by another worker: the first failure names the error.
      if (!hasCode(error, 'not-found')) throw error;
      throw new AppError('state-changed', 'the lane was taken over', { cause: error });
    }
  }

  async function* waiting(
    lane: Lane,
    first: string,
    to: string,
    page: { size: number; from?: string },
  ): AsyncGenerator<Waiting> {
    const { size } = page;
    // A cursor of another list begins this one anew.
    const from = page.from?.startsWith(first) ? page.from : first;
    const bounds = { partitionKey: partitionOf(lane), from, to, pageSize: size, select: ['v'] };
    for await (const rows of table.range(bounds)) {
      const found = rows.map((row) => waitingOf(row.rowKey));
      yield {
        links: found.flatMap((one) => ('link' in one ? [one.link] : [])),
        edges: found.flatMap((one) => ('link' in one ? [] : [one])),
        cursor: placeAfter(rows, from),
      };
    }
  }

  return {
    open: async (connectionId, lane) =>
      remembered.get(lanePartition(connectionId, lane)) ??
      remember(await readLane(connectionId, lane)),
    reopen: async (connectionId, lane) => remember(await readLane(connectionId, lane)),
    read: (connectionId) =>
      Promise.all(Array.from({ length: LANES }, (_, lane) => readLane(connectionId, lane))),

    links: async (lane, entraIds) => {
      const partition = partitionOf(lane);
      const rows = await table.getMany(partition, entraIds.map(linkKey));
      const links = await Promise.all([...rows.values()].map((row) => toLink(row, sealer)));
      return new Map(links.map((link) => [link.entraId, link]));
    },
    edges: async (lane, keys) => {
      // Holder by holder: a scan must not run over the edges of all that lie between two of them.
      const holders = [...Map.groupBy(keys, (key) => key.holder).values()];
      const few = holders.filter((some) => some.length < FEW_KEYS).flat();
      const pooled = Array.from({ length: Math.ceil(few.length / NAMED_KEYS) }, (_, at) =>
        few.slice(at * NAMED_KEYS, (at + 1) * NAMED_KEYS),
      );
      const many = holders.filter((some) => some.length >= FEW_KEYS);
      const partition = partitionOf(lane);
      const found = await Promise.all([
        ...many.map((some) => table.getNear(partition, some.map(edgeKey))),
        ...pooled.map((some) => table.getMany(partition, some.map(edgeKey))),
      ]);
      const edges = found.flatMap((rows) => [...rows.values()].map(toEdge));
      return new Map(edges.map((edge) => [edgeName(edge), edge]));
    },
    edgesOf: async function* (lane, holder) {
      const from = edgePrefix(holder);
      const pages = table.range({ partitionKey: partitionOf(lane), from, to: after(from) });
      for await (const page of pages) yield page.map(toEdge);
    },
    pendingEdges: async function* (lane, from = 'e:') {
      const bounds = { partitionKey: partitionOf(lane), from, to: after('e:') };
      let at = from;
      for await (const page of table.range({ ...bounds, filter: 'pending eq true' })) {
        at = placeAfter(page, at);
        yield { edges: page.map(toEdge), cursor: at };
      }
    },
    removals: (lane) => waiting(lane, REMOVAL_PREFIX, after(REMOVAL_PREFIX), { size: 500 }),
    held: (lane, page = { size: 500 }) => waiting(lane, HELD_PREFIX, after(HELD_PREFIX), page),
    due: (lane, until, page = { size: 100 }) =>
      waiting(lane, DUE_PREFIX, Number.isFinite(until) ? duePrefix(until + 1) : 'd:a', page),
    memberships: async function* (lane, which) {
      const filter = FILTERS[which];
      const bounds = { partitionKey: partitionOf(lane), from: 'e:', to: after('e:'), filter };
      for await (const page of table.range(bounds)) yield page.map(toEdge);
    },
    allLinks: async function* (lane, from = 'l:', kind) {
      const bounds = { partitionKey: partitionOf(lane), from, to: after('l:') };
      let at = from;
      const ofKind = kind === undefined ? '' : odata` and kind eq ${kind}`;
      const filter = `state ne 'gone' and state ne 'asked'${ofKind}`;
      for await (const page of table.range({ ...bounds, filter, pageSize: LINKS_A_PAGE })) {
        at = placeAfter(page, at);
        yield { links: await Promise.all(page.map((row) => toLink(row, sealer))), cursor: at };
      }
    },
    unsightedLinks: async function* (lane, runId, from = 'l:') {
      const filter = odata`sighted ne ${runId} and state ne 'gone' and state ne 'asked'`;
      const bounds = { partitionKey: partitionOf(lane), from, to: after('l:'), filter };
      let at = from;
      for await (const page of table.range({ ...bounds, select: TIE_COLUMNS })) {
        at = placeAfter(page, at);
        yield { links: page.map(toTie), cursor: at };
      }
    },
    unsightedEdges: async function* (lane, runId, from = 'e:') {
      const filter = odata`sighted ne ${runId} and wanted eq true and relation eq 'member'`;
      const bounds = { partitionKey: partitionOf(lane), from, to: after('e:'), filter };
      let at = from;
      for await (const page of table.range(bounds)) {
        at = placeAfter(page, at);
        yield { edges: page.map(toEdge), cursor: at };
      }
    },

    commit: async (lane, writes, row, why) => {
      let current = lane;
      let batch = openBatch(lane, why);
      const flush = async (last?: Partial<Lane>) => {
        const { operations, histories } = batch.take(current.audited);
        const audited = current.audited + histories;
        current = await writeLane({ ...current, ...last, audited }, operations);
        batch = openBatch(lane, why);
      };
      for (const write of writes) {
        const next = await operationsOf(partitionOf(lane), write, sealer);
        if (!batch.fits(next, write)) await flush();
        batch.add(next, write);
        current = counted(current, write);
      }
      await flush(row);
      return current;
    },
  };
}

const newLane = {
  epoch: 0,
  runId: '',
  phase: null,
  n: 0,
  gap: false,
  counters: {},
  wakes: 0,
  removals: 0,
  waiting: NO_LOSSES,
  held: NO_LOSSES,
  done: NO_LOSSES,
  failures: 0,
  owed: false,
  cursor: null,
  cursorAt: 0,
  totals: NO_TOTALS,
  audited: 0,
  version: null,
} as const;

/** Where the next page begins; a page may be empty, and more follow. */
function placeAfter(page: readonly Row[], before: string): string {
  const last = page.at(-1);
  return last ? behind(last.rowKey) : before;
}

/** Nothing follows a row key more closely than itself and a space. */
function behind(rowKey: string): string {
  return `${rowKey} `;
}

function partitionOf(lane: Lane): string {
  return lanePartition(lane.connectionId, lane.lane);
}
