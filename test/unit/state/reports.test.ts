import { expect, it } from 'vitest';
import type { Report } from '../../../lib/ports/lanes.ts';
import { openReports } from '../../../lib/state/reports.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

async function open() {
  let requests = 0;
  const tables = new MemoryTables({
    step: async (what) => {
      if (!what.startsWith('wrote')) requests += 1;
    },
  });
  await tables.ensure(['links']);
  return { reports: openReports(tables.table('links')), requests: () => requests };
}

const report = (managerId: string, entraId: string): Report => {
  return { managerId, entraId, appId: `entry of ${entraId}` };
};
const [a, b, c] = [report('m/1', 'a'), report('m/1', 'b'), report('m2', 'c')];

it('are found by the entries of their managers, until they are forgotten', async () => {
  const { reports } = await open();
  await reports.noteReports('one', [a, b, c, a]);
  await reports.noteReports('two', [report('m2', 'd')]);
  expect(await reports.reportsOf('one', ['m/1', 'm0'])).toEqual([a, b]);
  expect(await reports.reportsOf('one', ['m'])).toEqual([]);
  expect(await reports.reportsOf('one', [])).toEqual([]);
  await reports.forgetReports('one', [a, c, report('m3', 'nobody')]);
  expect(await reports.reportsOf('one', 'any')).toEqual([b]);
});

it('cost one request where nobody waits, for however many managers', async () => {
  const { reports, requests } = await open();
  const managers = Array.from({ length: 500 }, (_, n) => `m${n}`);
  expect(await reports.reportsOf('one', managers)).toEqual([]);
  expect(requests()).toBe(1);
});
