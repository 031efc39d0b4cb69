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
/** Of so many moments one is tried; a nightly run tries them all. */
const STEP = Number(process.env.CRASH_STEP ?? 5);
const POLL_SECONDS = 180;
/** Longer than a message may work: every page takes one of its own. */
const SLOW_PAGE_SECONDS = 300;
/** The same chances every time. */
const NUMBER = 13;

/** Tables that a plan reads and leaves alone. */
const OTHERS = TABLES.filter((name) => name !== 'plans');

/** What comes before a plan, and by which rules it is made. */
interface Story {
  readonly name: string;
  readonly before: (world: World) => Promise<void>;
  readonly rules: (world: World) => RuleSettings;
  /** What it foresees, among other things. */
  readonly decisions: readonly string[];
}

const STORIES: readonly Story[] = [
  {
    name: 'a tenant in step that has changed',
    before: async (world) => {
      for (let n = 0; n < 2; n += 1) await world.pollAfter(POLL_SECONDS);
      change(world);
    },
    rules: byGroups,
    decisions: ['out', 'update', 'create', 'deactivate', 'delete', 'none'],
  },
  {
    name: 'a tenant that nobody has read',
    before: async () => {},
    rules: ofUniqueNames,
    decisions: ['create'],
  },
];

describe.each(STORIES)('a plan of $name', (story) => {
  it('ends the same wherever its worker dies, and changes nothing else', async () => {
    const undisturbed = await live(story, NEVER);
    const { objects, moments } = undisturbed;
    const decisions = new Set(objects.map(({ decision }) => decision));
    for (const decision of story.decisions) expect(decisions).toContain(decision);
    expect(objects.length).toBe(undisturbed.living);
    expect(moments.length).toBeGreaterThan(10);
    const problems: string[] = [];
    for (let at = 0; at < moments.length; at += STEP) {
      const { plan, objects: own } = await live(story, at);
      if (plan?.state !== 'ready') problems.push(`${moments[at]}: it is ${plan?.state}`);
      else if (!isDeepStrictEqual([own, plan.counts], [objects, undisturbed.plan?.counts]))
        problems.push(`${moments[at]}: it ends otherwise`);
    }
    expect(problems).toEqual([]);
  }, 120_000);

  it('is the same, however long its pages take', async () => {
    const [quick, slow] = [await live(story, NEVER, 0), await live(story, NEVER)];
    expect(quick.messages).toBe(1);
    expect(slow.messages).toBeGreaterThan(4);
    expect(quick.objects).toEqual(slow.objects);
  });
});

it('a plan offers a unique value to one object only', async () => {
  const [, story] = STORIES;
  if (!story) throw new Error('there is no such story');
  const { objects } = await live(story, NEVER);
  const names = objects.flatMap(({ kind, changes }) =>
    kind === 'user' ? [changes.find(({ attribute }) => attribute === 'userName')?.to] : [],
  );
  expect(names.filter((name) => name === 'same')).toHaveLength(1);
  expect(new Set(names).size).toBe(names.length);
});

/** A plan in whose making a worker dies. */
async function live(story: Story, at: number, pageSeconds = SLOW_PAGE_SECONDS) {
  const death = new Death(at);
  const world = newWorld([death]);
  await world.connect();
  await story.before(world);
  const before = rowsOf(world);
  const messages = countMessages(world);
  await beginPlan(world, story.rules(world));
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
    objects: await planned(world),
    living: livingIn(world),
    moments: death.moments,
    messages: messages(),
  };
}

/** Two groups, one in the other. */
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

const OPEN = { types: 'both', aliases: null, missingNames: 'leave-empty' } as const;

/** Who is in the outer group, or in the inner one, takes part. */
function byGroups({ tenant }: World): RuleSettings {
  const [outer, , third] = tenant.groups.keys();
  const last = [...tenant.groups.keys()].at(-1);
  const [someone] = [...tenant.users.keys()].slice(20);
  const users = { scope: 'chosen', groups: [{ id: outer }], users: [{ id: someone }] };
  return ruleSettingsSchema.parse({
    users: { ...OPEN, ...users, leaving: 'delete' },
    groups: { scope: 'chosen', ids: [outer, third, last], withoutMail: true },
  });
}

function ofUniqueNames(): RuleSettings {
  const expression = 'SelectUniqueValue("same", [displayName])';
  const mappings = [{ type: 'expression', target: 'userName', expression }];
  return ruleSettingsSchema.parse({
    users: { ...OPEN, matching: ['externalId'], mappings },
    groups: { withoutMail: true },
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

function livingIn({ tenant }: World): number {
  const lives = [...tenant.users.values(), ...tenant.groups.values()].map(({ life }) => life);
  return lives.filter((life) => life === 'live').length;
}

function* same(): Generator<number> {
  for (;;) yield NUMBER;
}
