import { expect, it } from 'vitest';
import { openRuns } from '../../../lib/state/runs.ts';
import { newRunId, openRun } from '../../../lib/sync/run.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

const NOON = Date.UTC(2026, 1, 1, 12);
const HOUR = 60 * 60_000;

async function someRuns() {
  const tables = new MemoryTables({ pageRows: () => 2 });
  await tables.ensure(['runs']);
  const runs = openRuns(tables.table('runs'));
  for (const [hour, kind, state] of [
    [0, 'initial', 'completed'],
    [1, 'incremental', 'completed'],
    [2, 'resync', 'incomplete'],
    [3, 'incremental', 'completed'],
    [4, 'incremental', 'incomplete'],
  ] as const) {
    const at = NOON + hour * HOUR;
    const startedAt = new Date(at).toISOString();
    const run = openRun({ id: newRunId(at), kind, startedAt });
    await runs.archive('c', { ...run, state, endedAt: startedAt });
  }
  return async (which: object, page: { size: number; after?: string } = { size: 10 }) => {
    const found = await runs.list('c', { ...page, which });
    const hours = found.runs.map(({ startedAt }) => (Date.parse(startedAt) - NOON) / HOUR);
    return { hours, next: found.next };
  };
}

it.each([
  ['all', {}, [4, 3, 2, 1, 0]],
  ['of a kind', { kind: 'incremental' }, [4, 3, 1]],
  ['in a state', { state: 'incomplete' }, [4, 2]],
  ['of both', { kind: 'incremental', state: 'completed' }, [3, 1]],
  ['from a time on', { from: NOON + 3 * HOUR }, [4, 3]],
  ['until a time', { to: NOON + HOUR }, [0]],
  ['in a time', { from: NOON + HOUR, to: NOON + 3 * HOUR }, [2, 1]],
  ['since for ever', { from: 0, to: 253_402_300_799_999 }, [4, 3, 2, 1, 0]],
  ['in no time', { from: NOON, to: 0 }, []],
])('runs are listed: %s', async (_, which, expected) => {
  const list = await someRuns();
  expect((await list(which)).hours).toEqual(expected);
});

it('runs are listed page by page', async () => {
  const list = await someRuns();
  const first = await list({ kind: 'incremental' }, { size: 2 });
  expect(first.hours).toEqual([4, 3]);
  const rest = await list({ kind: 'incremental' }, { size: 2, after: first.next ?? '' });
  expect(rest).toEqual({ hours: [1], next: undefined });
});
