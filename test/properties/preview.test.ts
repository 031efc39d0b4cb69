import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { Death } from './death.ts';
import type { Fault } from './history.ts';
import { beginPlan, PLAN, planned } from './plans.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { CALM } from './tenant-troubles.ts';
import { TABLES } from './worker.ts';
import { CONNECTION, World } from './world.ts';

const NEVER = Number.POSITIVE_INFINITY;
const POLL_SECONDS = 180;
/** Longer than a message may work: every page takes one of its own. */
const SLOW_PAGE_SECONDS = 300;
/** The same chances every time. */
const NUMBER = 13;

/** Tables that a plan reads and leaves alone. */
const OTHERS = TABLES.filter((name) => name !== 'plans');

describe('a plan', () => {
  it('ends the same wherever its worker dies, and changes nothing else', async () => {
    const undisturbed = await live(NEVER);
    const { decisions, moments } = undisturbed;
    expect(decisions.length).toBe(undisturbed.objects);
    for (const decision of ['out', 'update', 'create', 'deactivate', 'delete', 'none'])
      expect(decisions.map(([, foreseen]) => foreseen)).toContain(decision);
    expect(moments.length).toBeGreaterThan(10);
    const problems: string[] = [];
    for (let at = 0; at < moments.length; at += 1) {
      const { plan, decisions: own } = await live(at);
      if (plan?.state !== 'ready') problems.push(`${moments[at]}: it is ${plan?.state}`);
      else if (!isDeepStrictEqual([own, plan.counts], [decisions, undisturbed.plan?.counts]))
        problems.push(`${moments[at]}: it ends otherwise`);
    }
    expect(problems).toEqual([]);
  }, 60_000);

  it('needs no message of its own for a page, where pages are quick', async () => {
    const [quick, slow] = [await live(NEVER, 0), await live(NEVER)];
    expect(quick.messages).toBe(1);
    expect(slow.messages).toBeGreaterThan(4);
    expect(quick.decisions).toEqual(slow.decisions);
  });
});

/** A plan for a tenant in step that has changed since, in whose making a worker dies. */
async function live(at: number, pageSeconds = SLOW_PAGE_SECONDS) {
  const death = new Death(at);
  const world = newWorld([death]);
  await world.connect();
  for (let n = 0; n < 2; n += 1) await world.pollAfter(POLL_SECONDS);
  change(world);
  const before = rowsOf(world);
  const messages = countMessages(world);
  await beginPlan(world, rulesFor(world));
  slowDown(world, pageSeconds);
  death.lieInWait(world);
  world.poll('preview', { planId: PLAN });
  await world.settle();
  await world.later(60);
  death.goAway();
  expect(world.defects).toEqual([]);
  expect(world.watch.violations).toEqual([]);
  expect(rowsOf(world)).toEqual(before);
  return {
    plan: await world.outside.plans.get(CONNECTION, PLAN),
    decisions: (await planned(world)).map(({ id, decision, rule, changes }) => [
      id,
      decision,
      rule,
      changes,
    ]),
    objects: living(world),
    moments: death.moments,
    messages: messages(),
  };
}

/** Two groups, one in the other, say who takes part. */
function newWorld(faults: readonly Fault[]): World {
  const world = new World({ workers: 1, faults, chance: same() });
  const { tenant } = world;
  Object.assign(tenant.troubles, CALM);
  tenant.tellsRemoved = false;
  for (let n = 0; n < 24; n += 1) tenant.addUser();
  for (let n = 0; n < 9; n += 1) tenant.addGroup();
  const [users, [outer, inner]] = [[...tenant.users.keys()], [...tenant.groups.values()]];
  for (const id of users.slice(0, 6)) outer?.members.add(id);
  for (const id of users.slice(4, 14)) inner?.members.add(id);
  if (inner) outer?.members.add(inner.id);
  tenant.keep();
  return world;
}

/** What nobody has read yet. */
function change({ tenant }: World): void {
  const newcomer = tenant.addUser();
  tenant.addUser();
  tenant.addGroup();
  TENANT_EVENTS.retitle(tenant, { a: 4, b: 1 });
  TENANT_EVENTS.rename(tenant, { a: 8, b: 0 });
  TENANT_EVENTS.enableOrDisable(tenant, { a: 5, b: 0 });
  const [outer] = tenant.groups.values();
  outer?.members.add(newcomer.id);
  tenant.keep();
}

function rulesFor({ tenant }: World): RuleSettings {
  const [outer, , third] = tenant.groups.keys();
  return ruleSettingsSchema.parse({
    users: {
      scope: 'chosen',
      groups: [{ id: outer }],
      users: [{ id: [...tenant.users.keys()][20] }],
      types: 'both',
      leaving: 'delete',
      aliases: null,
      missingNames: 'leave-empty',
    },
    groups: {
      scope: 'chosen',
      ids: [outer, third, [...tenant.groups.keys()].at(-1)],
      withoutMail: true,
    },
  });
}

function slowDown(world: World, seconds: number): void {
  const { tenant } = world;
  const readPage = tenant.readPage.bind(tenant);
  tenant.readPage = async (...call) => {
    const page = await readPage(...call);
    world.skip(seconds);
    return page;
  };
}

/** @returns how many messages were accepted since */
function countMessages({ bus }: World): () => number {
  const accept = bus.accept.bind(bus);
  let count = 0;
  bus.accept = (session) => {
    count += 1;
    return accept(session);
  };
  return () => count;
}

function rowsOf({ tables }: World): unknown {
  return OTHERS.map((name) => [name, tables.rows(name)]);
}

function living({ tenant }: World): number {
  const lives = [...tenant.users.values(), ...tenant.groups.values()].map(({ life }) => life);
  return lives.filter((life) => life === 'live').length;
}

function* same(): Generator<number> {
  for (;;) yield NUMBER;
}
