import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTables, type Table, type Tables } from '../../lib/azure/tables.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import { openNesting } from '../../lib/state/nesting.ts';
import { openPurge } from '../../lib/state/purge.ts';
import { openSeats } from '../../lib/state/seats.ts';
import { openTies } from '../../lib/state/ties.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { startTables } from '../../local/tables.ts';

let tables: Tables;
let links: Table;
let service: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  service = await startTables();
  tables = openTables({ connectionString: service.connectionString });
  await tables.ensure([
    'links',
    'runs',
    'rejected',
    'plans',
    'credentials',
    'authorizations',
    'alerts',
    'checkpoints',
    'connections',
    'handovers',
  ]);
  links = tables.table('links');
});

afterAll(() => service.close());

async function costOf<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = telemetry.snapshot()['tables.transactions'] ?? 0;
  const value = await work();
  return [value, (telemetry.snapshot()['tables.transactions'] ?? 0) - before];
}

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

describe('the sets of groups', () => {
  it('hold 20,000 groups, of which only the version is read again', async () => {
    const connectionId = randomUUID();
    const [mine, other] = [openNesting(links), openNesting(links)];
    const groups = ids(20_000);
    const sets = { scope: groups, policy: groups };
    const first = await mine.save(connectionId, sets, groups, null);
    expect(await costOf(() => other.sets(connectionId))).toEqual([first, 1]);
    expect(await costOf(() => other.sets(connectionId))).toEqual([first, 1]);
    const second = await other.save(connectionId, { scope: [] }, [], first.version);
    expect(await costOf(() => mine.sets(connectionId))).toEqual([second, 2]);
    const late = mine.save(connectionId, sets, [], first.version);
    await expect(late).rejects.toMatchObject({ code: 'state-changed' });
    const anew = mine.save(connectionId, sets, [], null);
    await expect(anew).rejects.toMatchObject({ code: 'state-changed' });
  });

  it('are refused before the table refuses them, and fit up to that', async () => {
    const connectionId = randomUUID();
    const nesting = openNesting(links);
    const groups = ids(50_000);
    const error = await nesting.save(connectionId, { scope: groups }, [], null).catch((e) => e);
    expect(error).toMatchObject({ code: 'bad-request' });
    const most = Number(/(\d+) of them/.exec(String(error))?.[1]);
    const saved = await nesting.save(connectionId, { scope: groups.slice(0, most) }, [], null);
    expect(await openNesting(links).sets(connectionId)).toEqual(saved);
  });
});

it('groups in groups are noted, though some are gone already, and purged', async () => {
  const connectionId = randomUUID();
  const nesting = openNesting(links);
  const pairs = ids(150).map((member) => ({ holder: 'ä/b', member }));
  await nesting.note(connectionId, { there: pairs, gone: [] });
  await nesting.rest(connectionId, { resting: ['r'], back: ['never rested'] });
  await nesting.save(connectionId, { scope: ['ä/b'] }, [], null);
  const gone = [...pairs.slice(10), { holder: 'ä/b', member: 'nobody' }];
  for (let time = 0; time < 2; time += 1) await nesting.note(connectionId, { there: [], gone });
  const [{ nested, gone: resting }, requests] = await costOf(() => nesting.read(connectionId));
  const left = pairs.slice(0, 10).map(({ member }) => member);
  expect(nested.get('ä/b')?.toSorted()).toEqual(left.toSorted());
  expect([[...resting], requests]).toEqual([['r'], 1]);
  expect(await openPurge(tables).purge(connectionId, () => false)).toBe(true);
  expect((await nesting.read(connectionId)).nested.size).toBe(0);
  expect((await nesting.sets(connectionId)).version).toBeNull();
});

it('holders are found by their members, five rows each, in as many pages as they fill', async () => {
  const connectionId = randomUUID();
  const ties = openTies(links);
  const members = ids(20_000)
    .filter((id) => laneOf(id) === 7)
    .slice(0, 1_000);
  const groups = ids(5).toSorted();
  const edges = members.flatMap((member) => groups.map((holder) => ({ holder, member })));
  await ties.wait(connectionId, edges);
  await ties.unwant(
    connectionId,
    edges.filter(({ holder }) => holder === groups[0]),
  );
  const [found, requests] = await costOf(() => ties.holdersOf(connectionId, members));
  expect([found.size, requests]).toEqual([1_000, 5]);
  expect(found.get(members[0] ?? '')).toEqual(groups.slice(1));
  const [one, query] = await costOf(() => ties.holdersOf(connectionId, members.slice(0, 1)));
  expect([one.size, query]).toEqual([1, 1]);
});

describe('seats', () => {
  it('for 1,000 cost the count and 99 a transaction, and little more when they are taken', async () => {
    const connectionId = randomUUID();
    const seats = openSeats(links);
    const holders = ids(1_000);
    const [taken, requests] = await costOf(() => seats.take(connectionId, 'pro', 2_000, holders));
    expect([taken.size, requests]).toEqual([1_000, 12]);
    const [again, repeated] = await costOf(() => seats.take(connectionId, 'pro', 2_000, holders));
    expect(again.size).toBe(1_000);
    expect(repeated).toBeLessThanOrEqual(4);
    await seats.give(connectionId, 'pro', holders.slice(0, 300));
    expect(await costOf(() => seats.count(connectionId, 'pro'))).toEqual([700, 1]);
  });

  it('are never more than there are, however many processes take them at once', async () => {
    const connectionId = randomUUID();
    const processes = Array.from({ length: 6 }, () => openSeats(links));
    const holders = ids(240);
    const takers = processes.flatMap((seats, n) =>
      Array.from({ length: 8 }, (_, m) =>
        // Each holder is asked for by two of them.
        seats.take(connectionId, 'pro', 150, holders.slice(((n * 8 + m) % 24) * 10).slice(0, 10)),
      ),
    );
    const all = new Set((await Promise.all(takers)).flatMap((taken) => [...taken]));
    expect([all.size, await processes[0]?.count(connectionId, 'pro')]).toEqual([150, 150]);
  });
});
