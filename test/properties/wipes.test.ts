import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { askForFullRun, decide, heldKeys, judge } from './administrator.ts';
import { askedHistories } from './asked-histories.ts';
import { differencesFromTenant, leftovers } from './differences.ts';
import { holdings } from './holdings.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { type Wipe, wipe } from './wipe.ts';
import { type WipeHistory, wipeHistories } from './wipe-history.ts';
import { World } from './world.ts';

/** Histories in all (these take longer than others), and where they begin: always the same here; a nightly run asks for others. */
const HISTORIES = askedHistories({ runs: 50, seed: 5 });
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** A tenant after its wipe, before anybody has decided. */
interface Held {
  readonly world: World;
  readonly history: WipeHistory;
  readonly lost: Wipe;
  /** What the application held before, and holds still. */
  readonly before: ReadonlySet<string>;
}

const KINDS: readonly (readonly [string, (held: Held) => Promise<void>])[] = [
  ['approved: all of it is taken away', approved],
  ['rejected: nothing is, until the objects return', rejected],
  ['approved in part: what was named is taken away, no more', approvedInPart],
  ['approved too long ago: nothing is taken away', approvedTooLate],
];

beforeAll(sameLuck);

describe('a loss above the threshold is held, and when it is', () => {
  it.each(KINDS)(
    '%s',
    async (_, verdict) => {
      const parameters = HISTORIES.share(20 * KINDS.length);
      const isRight = async (history: WipeHistory) => verdict(await loseMuch(history));
      await fc.assert(fc.asyncProperty(wipeHistories, isRight), parameters);
    },
    600_000,
  );
});

/** Everything is in step, then much is lost; polls and full runs take nothing of it away. */
async function loseMuch(history: WipeHistory): Promise<Held> {
  const world = new World(history);
  const { tenant } = world;
  await world.connect();
  for (let n = 0; n < history.users; n += 1) {
    const user = tenant.addUser();
    user.title = `title ${n}`;
    tenant.say({ kind: 'user', id: user.id, properties: { jobTitle: user.title } });
  }
  for (let n = 0; n < history.groups; n += 1) tenant.addGroup();
  for (let n = 0; n < 5 * history.groups; n += 1)
    TENANT_EVENTS.addMembers(tenant, { a: 2 + 3 * n, b: 5 * n });
  tenant.keep();
  tenant.tellsRemoved = false;
  await world.pollAfter(1);
  // The first import is at its end whoever died meanwhile.
  await world.pollAfter(180);
  await world.pollAfter(180);
  expect(await differencesFromTenant(world)).toEqual([]);
  const before = await holdings(world, history.what);
  const lost = wipe(tenant, history);
  if (history.by === 'resync') tenant.expireLinks();
  for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
  expect(await holdings(world, history.what)).toEqual(before);
  await askForFullRun(world);
  for (let n = 0; n < 3; n += 1) await world.pollAfter(8 * HOUR);
  world.endFaults();
  expect(heldKeys(world).length).toBeGreaterThanOrEqual(5);
  expect(await holdings(world, history.what)).toEqual(before);
  return { world, history, lost, before };
}

async function approved({ world }: Held): Promise<void> {
  judge(world, { verdict: 'approve' });
  decide(world);
  await world.pollAfter(180);
  await comesToEqual(world);
}

async function rejected({ world, history, lost, before }: Held): Promise<void> {
  judge(world, { verdict: 'reject' });
  await world.settle();
  expect(heldKeys(world)).toEqual([]);
  await world.pollAfter(180);
  await askForFullRun(world);
  await world.pollAfter(180);
  // Past the next full run that comes by itself.
  for (let n = 0; n < 8; n += 1) await world.pollAfter(DAY);
  expect(await holdings(world, history.what)).toEqual(before);
  expect(heldKeys(world)).toEqual([]);
  if (history.what === 'purge users') return;
  lost.undo();
  world.tenant.keep();
  await world.pollAfter(180);
  await comesToEqual(world);
  // One that is lost again is an ordinary loss.
  const [user] = world.tenant.users.values();
  if (user) TENANT_EVENTS.deleteUser(world.tenant, { a: 0, b: 0 });
  world.tenant.keep();
  await world.pollAfter(180);
  await comesToEqual(world);
}

async function approvedInPart({ world, history, before }: Held): Promise<void> {
  const keys = heldKeys(world).slice(0, history.named);
  const ids = keys.map((key) => key.split(':').slice(3));
  const links = ids.flatMap(([id, second]) =>
    id !== undefined && second === undefined ? [id] : [],
  );
  const edges = ids.flatMap(([holder, member]) =>
    holder !== undefined && member !== undefined ? [{ holder, member }] : [],
  );
  judge(world, { verdict: 'approve', links, edges });
  decide(world);
  await world.pollAfter(180);
  const named = new Set([...links, ...edges.map(({ holder, member }) => `${holder} > ${member}`)]);
  const left = [...before].filter((one) => !named.has(one));
  expect([...(await holdings(world, history.what))].sort()).toEqual(left.sort());
  expect(heldKeys(world).filter((key) => keys.includes(key))).toEqual([]);
  judge(world, { verdict: 'approve' });
  decide(world);
  await world.pollAfter(180);
  await comesToEqual(world);
}

async function approvedTooLate({ world, history, before }: Held): Promise<void> {
  // The verdict itself lies about for too long …
  judge(world, { verdict: 'approve' });
  decide(world);
  world.skip(8 * DAY);
  await world.pollAfter(180);
  expect(await holdings(world, history.what)).toEqual(before);
  // … or it is noted in time, and what carries it out comes too late.
  const held = heldKeys(world);
  judge(world, { verdict: 'approve' });
  await world.settle();
  world.skip(8 * DAY);
  decide(world);
  await world.pollAfter(180);
  expect(await holdings(world, history.what)).toEqual(before);
  expect([...heldKeys(world)].sort()).toEqual([...held].sort());
}

async function comesToEqual(world: World): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await world.pollAfter(HOUR);
    if (heldKeys(world).length === 0) continue;
    judge(world, { verdict: 'approve' });
    decide(world);
  }
  expect(world.watch.violations).toEqual([]);
  expect(await differencesFromTenant(world)).toEqual([]);
  expect(await leftovers(world)).toEqual([]);
}
