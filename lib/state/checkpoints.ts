import { z } from 'zod';
import type { Operation, Table } from '../azure/tables.ts';
import type { Checkpoint, Checkpoints, SyncState } from '../ports.ts';
import { LANES } from '../sync/lanes.ts';
import { type Run, runSchema, type Tick, tickSchema } from '../sync/run.ts';
import { after } from './keys.ts';

const link = z.string().nullable();
const checkpointSchema = z.object({
  epoch: z.number(),
  links: z.object({ user: link, group: link }),
  reading: z.enum(['user', 'group']).nullable(),
  lastRoundAt: z.string().nullable(),
  lastChangeAt: z.string().nullable(),
  idleRounds: z.number(),
  lastError: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
});

const NO_CHECKPOINT: Checkpoint = {
  epoch: 0,
  links: { user: null, group: null },
  reading: null,
  lastRoundAt: null,
  lastChangeAt: null,
  idleRounds: 0,
  lastError: null,
};

/** The row keys of a connection's Entra side, next to each other, so that one query reads both. */
const ROWS = { checkpoint: 'entra', run: 'entra:run' } as const;

const tickColumn = (lane: number) => `t${String(lane).padStart(2, '0')}`;

/** Checkpoints and open runs in the table `checkpoints`, one partition a connection. */
export function openCheckpoints(table: Table): Checkpoints {
  return {
    load: async (connectionId) => {
      const bounds = { partitionKey: connectionId, from: 'entra', to: after('entra') };
      const rows = [];
      for await (const page of table.range(bounds)) rows.push(...page);
      const own = rows.find((row) => row.rowKey === ROWS.checkpoint);
      const run = rows.find((row) => row.rowKey === ROWS.run);
      return {
        checkpoint: own ? checkpointSchema.parse(parsed(own.data)) : NO_CHECKPOINT,
        run: run ? toRun(run) : null,
        versions: { checkpoint: own?.etag ?? null, run: run?.etag ?? null },
      };
    },
    save: async (connectionId, state, next) => {
      const checkpoint = next.checkpoint && { data: JSON.stringify(next.checkpoint) };
      const writes = [
        checkpoint &&
          conditional(connectionId, ROWS.checkpoint, checkpoint, state.versions.checkpoint),
        next.run && conditional(connectionId, ROWS.run, runColumns(next.run), state.versions.run),
      ].filter((write) => write !== undefined);
      const etags = await table.write(writes);
      return saved(state, next, etags);
    },
    tick: async (connectionId, lane, tick) => {
      const row = { partitionKey: connectionId, rowKey: ROWS.run };
      const column = { [tickColumn(lane)]: JSON.stringify(tick) };
      await table.write([{ op: 'merge', row: { ...row, ...column }, etag: '*' }]);
    },
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

function saved(
  state: SyncState,
  next: { checkpoint?: Checkpoint; run?: Run },
  etags: readonly string[],
): SyncState {
  const [first = null, second = null] = etags;
  return {
    checkpoint: next.checkpoint ?? state.checkpoint,
    run: next.run ?? state.run,
    versions: {
      checkpoint: next.checkpoint ? first : state.versions.checkpoint,
      run: next.run ? (next.checkpoint ? second : first) : state.versions.run,
    },
  };
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
  const ticks: Record<string, Tick> = {};
  for (let lane = 0; lane < LANES; lane += 1) {
    const column = row[tickColumn(lane)];
    if (column !== undefined) ticks[lane] = tickSchema.parse(parsed(column));
  }
  const data = z.record(z.string(), z.json()).parse(parsed(row.data));
  return runSchema.parse({ ...data, ticks });
}

function parsed(column: unknown): unknown {
  return JSON.parse(z.string().parse(column));
}
