import { expect, it, vi } from 'vitest';
import { pollAll } from '../../../../lib/flows/poll/poll-all.ts';
import { housekeep } from '../../../../lib/flows/upkeep/housekeep.ts';
import { newRunId } from '../../../../lib/sync/run.ts';
import { readApplication } from '../../../properties/differences.ts';
import { CONNECTION, World } from '../../../properties/world.ts';

const DAY = 86_400;

const IDS = { first: CONNECTION, last: CONNECTION };

function* sameChance(): Generator<number> {
  for (let n = 1; ; n += 1) yield (n * 7_919) % 2 ** 30;
}

/** Six users and a group whose connection is read only when somebody asks. */
async function leftAlone() {
  const world = new World({ workers: 1, faults: [], chance: sameChance(), automatic: false });
  await world.connect();
  for (let n = 0; n < 6; n += 1) world.tenant.addUser();
  world.tenant.addGroup();
  const reads = vi.spyOn(world.tenant, 'readPage');
  const sent = vi.spyOn(world.bus, 'send');
  const users = async () => (await readApplication(world)).users.size;
  return { world, reads, sent, users };
}

async function syncNow(world: World): Promise<string> {
  const runId = newRunId(world.now());
  world.poll('sync-now', { runId });
  await world.settle();
  return runId;
}

it('is sent nothing by the timer, and reads nothing whatever comes', async () => {
  const { world, reads, sent, users } = await leftAlone();
  await pollAll(world.outside);
  expect(sent).not.toHaveBeenCalled();
  for (const reason of ['timer', 'enabled', 'notified', 'look', 'rules', 'written'] as const)
    world.poll(reason);
  await world.settle();
  await world.later(60);
  expect(reads).not.toHaveBeenCalled();
  expect(await users()).toBe(0);
});

it('is read when somebody asks, once for each word', async () => {
  const { world, reads, sent, users } = await leftAlone();
  const runId = await syncNow(world);
  expect(await world.outside.runs.get(CONNECTION, runId)).toMatchObject({
    kind: 'initial',
    state: 'completed',
  });
  expect(await users()).toBe(6);
  world.tenant.addUser();
  reads.mockClear();
  sent.mockClear();
  // A week and a day later: no full run is due by itself, and housekeeping asks for nothing.
  await world.later(8 * DAY);
  await pollAll(world.outside);
  await housekeep(world.outside);
  await world.settle();
  expect([reads.mock.calls.length, sent.mock.calls.length, await users()]).toEqual([0, 0, 6]);
  const next = await syncNow(world);
  expect(await world.outside.runs.get(CONNECTION, next)).toMatchObject({ kind: 'incremental' });
  expect(await users()).toBe(7);
});

it('has its objects counted for the list of connections', async () => {
  const { world } = await leftAlone();
  expect(await world.outside.checkpoints.overviews(IDS)).toEqual([]);
  await syncNow(world);
  const inStep = { users: 6, groups: 1, memberships: 0, entitlements: 0 };
  const [seen] = await world.outside.checkpoints.overviews(IDS);
  expect(seen).toMatchObject({ connectionId: CONNECTION, count: { inStep, pending: 0 } });
  expect(Date.parse(seen?.lastRoundAt ?? '')).toBeLessThanOrEqual(world.now());
  await world.later(3_600);
  await housekeep(world.outside);
  const [later] = await world.outside.checkpoints.overviews(IDS);
  expect(later?.count).toEqual({ inStep, pending: 0, at: world.now() });
});
