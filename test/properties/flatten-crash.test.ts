import { describe, expect, it } from 'vitest';
import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { approveAll, heldKeys } from './administrator.ts';
import { Death } from './death.ts';
import { leftovers, readApplication } from './differences.ts';
import type { FakeTenant } from './fake-tenant.ts';
import type { Fault } from './history.ts';
import { differencesUnderRules } from './rules-differences.ts';
import { groupItem, removedItem } from './tenant-items.ts';
import { CALM } from './tenant-troubles.ts';
import type { TenantGroup } from './tenant-view.ts';
import { World } from './world.ts';

/** Of so many moments one is tried; a nightly run tries them all. */
const STEP = Number(process.env.CRASH_STEP ?? 23);
const POLL_SECONDS = 180;
const NEVER = Number.POSITIVE_INFINITY;
/** Pages are full, nothing is repeated, and one message is handled after the other. */
const NUMBER = 13;

const rulesOf = (nested: 'skip' | 'flatten'): RuleSettings =>
  ruleSettingsSchema.parse({
    users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
    groups: { scope: 'chosen', names: ['top', 'other', 'grown'], nested, withoutMail: true },
  });
const FLAT = rulesOf('flatten');
const SKIP = rulesOf('skip');

/** Groups by their places: top > middle > low, other > low. Only top and other are imported. */
const NAMES = ['top', 'other', 'middle', 'low'] as const;
type Name = (typeof NAMES)[number];

interface Story {
  readonly name: string;
  readonly before: RuleSettings;
  readonly after: RuleSettings;
  /** Undefined = nobody has read anything before. */
  readonly happens?: (world: World) => void | Promise<void>;
}

const STORIES: readonly Story[] = [
  { name: 'a first import', before: FLAT, after: FLAT },
  {
    name: 'somebody who joins, and others who leave',
    before: FLAT,
    after: FLAT,
    happens: ({ tenant }) => {
      moves(tenant, 'low', 'u9', true);
      moves(tenant, 'middle', 'u2', false);
      moves(tenant, 'low', 'u4', false);
      moves(tenant, 'top', 'u0', false);
    },
  },
  {
    name: 'a nested group that is taken out, and another that is deleted',
    before: FLAT,
    after: FLAT,
    happens: async (world) => {
      moves(world.tenant, 'other', 'low', false);
      await world.pollAfter(POLL_SECONDS);
      const low = group(world.tenant, 'low');
      low.life = 'soft';
      world.tenant.say(removedItem(low, 'group'));
    },
  },
  {
    name: 'a nested group that is imported since now',
    before: FLAT,
    after: FLAT,
    happens: ({ tenant }) => {
      const middle = group(tenant, 'middle');
      middle.displayName = 'grown';
      tenant.say(groupItem(middle));
    },
  },
  {
    name: 'a group that is imported no more',
    before: FLAT,
    after: FLAT,
    happens: ({ tenant }) => {
      const top = group(tenant, 'top');
      top.displayName = 'shrunk';
      tenant.say(groupItem(top));
    },
  },
  {
    name: 'the setting switched on',
    before: SKIP,
    after: FLAT,
    happens: (world) => world.changeRules(FLAT),
  },
  {
    name: 'the setting switched off',
    before: FLAT,
    after: SKIP,
    happens: (world) => world.changeRules(SKIP),
  },
];

describe('members of nested groups, wherever a worker dies, with', () => {
  it.each(STORIES.map((story, n) => ({ ...story, story, from: n % STEP })))(
    '$name',
    async ({ story, from }) => {
      const { death, world } = await live(story, NEVER);
      expect(await problemsOf(world, story.after)).toEqual([]);
      const undisturbed = await endOf(world);
      const problems: string[] = [];
      for (let at = from; at < death.moments.length; at += STEP) {
        const { world: own } = await live(story, at);
        const found = await problemsOf(own, story.after);
        if (found.length === 0 && (await endOf(own)) !== undisturbed)
          found.push('it ends otherwise');
        problems.push(...found.map((problem) => `${at}: ${death.moments[at]}: ${problem}`));
      }
      expect(problems).toEqual([]);
    },
    600_000,
  );
});

async function live({ before, happens }: Story, at: number) {
  const death = new Death(at);
  const world = newWorld([death], before);
  await world.connect();
  if (happens) await inStep(world);
  death.lieInWait(world);
  await happens?.(world);
  world.tenant.keep();
  for (let n = 0; n < 3; n += 1) await world.pollAfter(POLL_SECONDS);
  death.goAway();
  await inStep(world);
  return { death, world };
}

/** What the guard holds is approved. */
async function inStep(world: World): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    for (let polls = 0; polls < 3; polls += 1) await world.pollAfter(POLL_SECONDS);
    if (heldKeys(world).length > 0) approveAll(world);
    await world.settle();
  }
  await world.pollAfter(7 * 3_600);
}

function newWorld(faults: readonly Fault[], rules: RuleSettings): World {
  const world = new World({ workers: 1, faults, chance: same(), rules });
  const { tenant } = world;
  Object.assign(tenant.troubles, CALM);
  tenant.tellsRemoved = false;
  for (let n = 0; n < 10; n += 1) tenant.addUser();
  for (const name of NAMES) tenant.addGroup().displayName = name;
  const put = (name: Name, ...members: string[]) =>
    members.forEach((member) => void group(tenant, name).members.add(idOf(tenant, member)));
  put('top', 'u0', 'u1', 'middle');
  put('middle', 'u1', 'u2', 'u3', 'low', 'top');
  put('other', 'low', 'u3');
  put('low', 'u3', 'u4', 'u5');
  tenant.keep();
  return world;
}

function group(tenant: FakeTenant, name: Name): TenantGroup {
  const found = [...tenant.groups.values()][NAMES.indexOf(name)];
  if (!found) throw new Error(`there is no group ${name}`);
  return found;
}

function idOf(tenant: FakeTenant, name: string): string {
  const names: readonly string[] = NAMES;
  const place = names.indexOf(name);
  const ids = place >= 0 ? [...tenant.groups.keys()] : [...tenant.users.keys()];
  return ids[place >= 0 ? place : Number(name.slice(1))] ?? '';
}

function moves(tenant: FakeTenant, name: Name, member: string, joins: boolean): void {
  const own = group(tenant, name);
  const id = idOf(tenant, member);
  if (joins) own.members.add(id);
  else own.members.delete(id);
  tenant.say({ ...groupItem(own), members: [{ id, kind: tenant.kindOf(id), removed: !joins }] });
}

async function problemsOf(world: World, rules: RuleSettings): Promise<string[]> {
  return [...(await differencesUnderRules(world, rules)), ...(await leftovers(world))];
}

async function endOf(world: World): Promise<string> {
  const { users, groups, memberships } = await readApplication(world);
  return JSON.stringify([
    [...users.keys()].sort(),
    [...groups.keys()].sort(),
    [...memberships].sort(),
  ]);
}

function* same(): Generator<number> {
  for (;;) yield NUMBER;
}
