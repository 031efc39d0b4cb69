import { beforeEach, expect, it } from 'vitest';
import type { Table } from '../../../lib/azure/tables.ts';
import type { LaneWrite } from '../../../lib/ports/lanes.ts';
import { openAudit } from '../../../lib/state/audit.ts';
import { openLanes } from '../../../lib/state/lanes.ts';
import type { Edge } from '../../../lib/sync/edge.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';
import { plainSealer } from '../../properties/worker.ts';

const NOW = Date.UTC(2026, 1, 1);
const DAY = 24 * 60 * 60_000;
let table: Table;
let transactions: () => number;

beforeEach(async () => {
  const tables = new MemoryTables();
  await tables.ensure(['links']);
  table = tables.table('links');
  transactions = () => tables.writes.get('links') ?? 0;
});

const member = (holder: string, id: string): LaneWrite => {
  const edge: Edge = {
    holder,
    member: id,
    relation: 'member',
    memberKind: 'user',
    wanted: true,
    direct: true,
    via: null,
    applied: true,
    sighted: '-',
    removal: null,
  };
  return {
    edge,
    from: { ...edge, applied: false },
    count: { 'memberships.created': 1 },
  };
};

async function join(lane: number, at: number, ...pairs: (readonly [string, string])[]) {
  const lanes = openLanes(table, plainSealer);
  const writes = pairs.map(([holder, id]) => member(holder, id));
  const why = { at, cause: 'entra' as const, runId: 'r' };
  return lanes.commit(await lanes.open('c', lane), writes, {}, why);
}

it('a member finds its groups in all lanes, newest first, page by page', async () => {
  for (const lane of [3, 9, 15]) await join(lane, NOW + lane, [`g${lane}`, 'ada']);
  await join(3, NOW + 20, ['g3', 'adam'], ['g4', 'ada']);
  const audit = openAudit(table);
  const first = await audit.history('c', 'ada', { size: 3 });
  expect(first.entries.map(({ facts }) => facts)).toEqual([
    [{ did: 'joined', ids: ['g4'] }],
    [{ did: 'joined', ids: ['g15'] }],
    [{ did: 'joined', ids: ['g9'] }],
  ]);
  expect(first.entries[0]).toMatchObject({ objectId: 'ada', at: NOW + 20, cause: 'entra' });
  const rest = await audit.history('c', 'ada', { size: 3, after: first.next ?? '' });
  expect(rest.entries.map(({ facts }) => facts)).toEqual([[{ did: 'joined', ids: ['g3'] }]]);
  expect(rest.next).toBeUndefined();
});

it('what is told of an object in one transaction is one row, and costs no transaction', async () => {
  const pairs = Array.from({ length: 40 }, (_, n) => ['g', `u${n}`] as const);
  await join(0, NOW, ...pairs);
  expect(transactions()).toBe(1);
  const { entries } = await openAudit(table).history('c', 'g', { size: 10 });
  expect(entries).toHaveLength(1);
  expect(entries[0]?.facts).toEqual([{ did: 'members-added', ids: pairs.map(([, id]) => id) }]);
});

it('no transaction holds more than it may, whatever there is to tell', async () => {
  const pairs = Array.from({ length: 300 }, (_, n) => [`g${n}`, `u${n}`] as const);
  const { audited } = await join(0, NOW, ...pairs);
  expect(audited).toBe(600);
  // An edge and its two ends: 33 fit beside the lane's own row.
  expect(transactions()).toBe(Math.ceil(300 / 33));
});

it('what happened twice in a millisecond is told twice, the later first', async () => {
  await join(0, NOW, ['g', 'ada']);
  await join(0, NOW, ['g', 'bob']);
  const { entries } = await openAudit(table).history('c', 'g', { size: 10 });
  expect(entries.map(({ facts }) => facts[0]?.ids)).toEqual([['bob'], ['ada']]);
});

it('what is not saved is not told', async () => {
  const lanes = openLanes(table, plainSealer);
  const old = await lanes.open('c', 0);
  await join(0, NOW, ['g', 'ada']);
  const why = { at: NOW, cause: 'entra' as const };
  const late = lanes.commit(old, [member('g', 'bob')], {}, why);
  await expect(late).rejects.toMatchObject({ code: 'state-exists' });
  const { entries } = await openAudit(table).history('c', 'g', { size: 10 });
  expect(entries).toHaveLength(1);
});

it('what is older goes, page by page, and nothing else', async () => {
  const audit = openAudit(table);
  await join(5, NOW - 91 * DAY, ['g', 'ada'], ['g', 'bob']);
  await join(5, NOW - 89 * DAY, ['g', 'cy']);
  expect(await audit.expire('c', 4, NOW - 90 * DAY, () => false)).toBe(0);
  expect(await audit.expire('c', 5, NOW - 90 * DAY, () => false)).toBe(3);
  const { entries } = await audit.history('c', 'g', { size: 10 });
  expect(entries.map(({ facts }) => facts[0]?.ids)).toEqual([['cy']]);
  // The memberships themselves stay.
  const lanes = openLanes(table, plainSealer);
  const edges = await lanes.edges(await lanes.open('c', 5), [{ holder: 'g', member: 'ada' }]);
  expect(edges.size).toBe(1);
});

it('a lane is listed object by object, within a time', async () => {
  for (const day of [1, 2, 3]) await join(5, NOW + day * DAY, ['g', `u${day}`]);
  const during = { from: NOW + 2 * DAY, to: NOW + 3 * DAY };
  const found: string[] = [];
  for await (const { entries } of openAudit(table).ofLane('c', 5, { size: 10, during }))
    found.push(...entries.map(({ objectId }) => objectId));
  expect(found).toEqual(['g', 'u2']);
});
