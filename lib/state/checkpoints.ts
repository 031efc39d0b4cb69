import { z } from 'zod';
import type { Operation, StoredRow, Table } from '../azure/tables.ts';
import type {
  Checkpoint,
  Checkpoints,
  LaneCounts,
  SyncRow,
  SyncState,
} from '../ports/sync-state.ts';
import { guardStateSchema, NEW_GUARD } from '../sync/guard.ts';
import { LANES } from '../sync/lanes.ts';
import { rulesKeySchema } from '../sync/rules/rules-key.ts';
import { type Run, runSchema, tickSchema } from '../sync/run.ts';
import { outageSchema } from './outages.ts';
import { COUNTS_ROW, countsRow, toOverviews } from './overviews.ts';
import { rememberedJson } from './remembered-json.ts';
import { storedJson } from './stored-json.ts';

const link = z.string().nullable();
const checkpointSchema = z.object({
  epoch: z.number(),
  links: z.object({ user: link, group: link }),
  reading: z.enum(['user', 'group']).nullable(),
  lastRoundAt: z.string().nullable(),
  beganAt: z.number().nullable(),
  completeSince: z.number().nullable(),
  lastChangeAt: z.string().nullable(),
  idleRounds: z.number(),
  // Rows of before there were rules say nothing of them.
  rules: rulesKeySchema.nullable().default(null),
  lastError: z
    .object({
      code: z.string(),
      message: z.string(),
      at: z.string(),
      since: z.string().optional(),
    })
    .nullable(),
});

const NO_CHECKPOINT: Checkpoint = {
  epoch: 0,
  links: { user: null, group: null },
  reading: null,
  lastRoundAt: null,
  beganAt: null,
  completeSince: null,
  lastChangeAt: null,
  idleRounds: 0,
  rules: null,
  lastError: null,
};

const resyncsSchema = z.object({
  asked: z.number(),
  done: z.number(),
  runId: z.string().nullable(),
  by: z.string().nullable().default(null),
  failures: z.number(),
  notBefore: z.number(),
  lastDoneAt: z.number().nullable(),
});
const NO_RESYNCS = {
  asked: 0,
  done: 0,
  runId: null,
  by: null,
  failures: 0,
  notBefore: 0,
  lastDoneAt: null,
} as const;

/** A connection's rows, next to each other, so that one query reads them all. */
const ROWS: Readonly<Record<SyncRow, string>> = {
  outage: 'app',
  checkpoint: 'entra',
  run: 'entra:run',
  guard: 'guard',
  resyncs: 'resync',
  look: 'look',
};
const ROW_NAMES = ['outage', 'checkpoint', 'run', 'guard', 'resyncs', 'look'] as const;

// What stands in the rows is read at every step, and most of it is what it was at the step before.
const READ = {
  checkpoint: rememberedJson(checkpointSchema),
  guard: rememberedJson(guardStateSchema),
  resyncs: rememberedJson(resyncsSchema),
  outage: rememberedJson(outageSchema.nullable()),
  look: rememberedJson(z.number().nullable()),
  run: rememberedJson(runSchema.omit({ ticks: true })),
  tick: rememberedJson(tickSchema),
} as const;

const tickColumn = (lane: number) => `t${String(lane).padStart(2, '0')}`;

/** Checkpoints and open runs in the table `checkpoints`, one partition a connection. */
export function openCheckpoints(table: Table): Checkpoints {
  return {
    load: async (connectionId) => {
      const rows: StoredRow[] = [];
      for await (const page of table.range({ partitionKey: connectionId, from: 'a', to: 'z' }))
        rows.push(...page);
      const row = (name: SyncRow) => rows.find(({ rowKey }) => rowKey === ROWS[name]);
      const data = <T>(name: SyncRow, read: (column: unknown) => T, none: T): T => {
        const found = row(name);
        return found ? read(found.data) : none;
      };
      const run = row('run');
      return {
        checkpoint: data('checkpoint', READ.checkpoint, NO_CHECKPOINT),
        run: run ? toRun(run) : null,
        guard: data('guard', READ.guard, NEW_GUARD),
        resyncs: data('resyncs', READ.resyncs, NO_RESYNCS),
        outage: data('outage', READ.outage, null),
        look: data('look', READ.look, null),
        versions: versionsOf((name) => row(name)?.etag ?? null),
      };
    },
    run: async (connectionId) => {
      const row = await table.get(connectionId, ROWS.run);
      return row ? toRun(row) : null;
    },
    save: async (connectionId, state, { counts, ...next }) => {
      const changed = ROW_NAMES.filter((name) => next[name] !== undefined);
      const writes = changed.map((name): Operation => {
        const columns =
          name === 'run' && next.run ? runColumns(next.run) : { data: JSON.stringify(next[name]) };
        return conditional(connectionId, ROWS[name], columns, state.versions[name]);
      });
      const etags = await table.write([...writes, ...counted(connectionId, counts)]);
      const etagOf = (name: SyncRow) => {
        const at = changed.indexOf(name);
        return at < 0 ? state.versions[name] : (etags[at] ?? null);
      };
      return { ...state, ...next, versions: versionsOf(etagOf) };
    },
    tick: async (connectionId, lane, { tick, count }) => {
      const row = { partitionKey: connectionId, rowKey: ROWS.run };
      const column = { [tickColumn(lane)]: JSON.stringify(tick) };
      await table.write([
        { op: 'merge', row: { ...row, ...column }, etag: '*' },
        ...counted(connectionId, new Map([[lane, count]])),
      ]);
    },
    count: async (connectionId, counts) => {
      await table.write(counted(connectionId, counts));
    },
    overviews: async ({ first, last }) => {
      const rows: StoredRow[] = [];
      const span = { fromPartition: first, toPartition: last };
      const rowKeys = [ROWS.checkpoint, COUNTS_ROW];
      for await (const page of table.across({ ...span, rowKeys })) rows.push(...page);
      return toOverviews(rows, (row) => checkpointSchema.parse(storedJson(row.data)));
    },
  };
}

/** Beside what is read at every step: nobody but who shows them asks for them. */
function counted(connectionId: string, counts: LaneCounts = new Map()): Operation[] {
  return counts.size === 0 ? [] : [{ op: 'patch', row: countsRow(connectionId, counts) }];
}

function versionsOf(etagOf: (name: SyncRow) => string | null): SyncState['versions'] {
  return {
    outage: etagOf('outage'),
    checkpoint: etagOf('checkpoint'),
    run: etagOf('run'),
    guard: etagOf('guard'),
    resyncs: etagOf('resyncs'),
    look: etagOf('look'),
  };
}

function conditional(
  partitionKey: string,
  rowKey: string,
  columns: Record<string, unknown>,
  version: string | null,
): Operation {
  const row = { partitionKey, rowKey, v: 1, ...columns };
  return version === null ? { op: 'insert', row } : { op: 'replace', row, etag: version };
}

/** The lanes' reports stand in columns of their own: each lane merges its own without a condition. */
function runColumns(run: Run): Record<string, unknown> {
  const { ticks, ...data } = run;
  const columns = Object.entries(ticks).map(([lane, tick]) => [
    tickColumn(Number(lane)),
    JSON.stringify(tick),
  ]);
  return { data: JSON.stringify(data), ...Object.fromEntries(columns) };
}

function toRun(row: Readonly<Record<string, unknown>>): Run {
  const ticks: Run['ticks'] = {};
  for (let lane = 0; lane < LANES; lane += 1) {
    const column = row[tickColumn(lane)];
    if (column !== undefined) ticks[lane] = READ.tick(column);
  }
  return { ...READ.run(row.data), ticks };
}
