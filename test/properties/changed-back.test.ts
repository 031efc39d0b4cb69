import { beforeAll, expect, it } from 'vitest';
import { type RuleSettings, ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { createsInApp, happensInApp } from './app-events.ts';
import { membersInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { TENANT_EVENTS } from './tenant-events.ts';
import { World } from './world.ts';

const title = { type: 'direct', direction: 'both', target: 'title', source: 'jobTitle' };
const rulesWith = (mappings: readonly object[], isExported = true): RuleSettings =>
  ruleSettingsSchema.parse({
    users: {
      types: 'both',
      aliases: null,
      missingNames: 'leave-empty',
      export: isExported,
      mappings: [title, ...mappings],
    },
    groups: { withoutMail: true, export: isExported, create: 'security' },
  });
const first = rulesWith([]);
/** These ask Graph for another property, so that all is read anew. */
const more = [{ type: 'direct', target: 'nickName', source: 'faxNumber' }];
const others = rulesWith(more);
const unexported = rulesWith(more, false);

beforeAll(sameLuck);

/** A world in the middle of reading everything anew, whose export is just switched off. */
async function switchedOff(): Promise<World> {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: first });
  await world.connect();
  world.tenant.addGroup();
  world.tenant.addUser();
  await world.pollAfter(1);
  await world.changeRules(others);
  while (!isReading(world)) await world.settle(1);
  await world.changeRules(unexported);
  // What runs goes by the rules of before; the new ones wait until it is over.
  while (world.bus.nextDue() === undefined) await world.settle(1);
  expect(isReading(world)).toBe(true);
  return world;
}

function isReading({ tables }: World): boolean {
  const run = tables.rows('checkpoints').find(({ rowKey }) => rowKey === 'entra:run');
  return typeof run?.data === 'string' && JSON.parse(run.data).state === 'running';
}

/** The export is on again, before anybody was judged without it. */
async function switchOnAgain(world: World): Promise<void> {
  world.poll('written');
  await world.settle();
  await world.changeRules(others);
  await world.settle();
  for (let n = 0; n < 3; n += 1) await world.pollAfter(180);
}

it('what is made while the export is off for a moment is made in Entra once it is on', async () => {
  const world = await switchedOff();
  await createsInApp(world, 'group', 7);
  await switchOnAgain(world);
  const names = [...world.tenant.groups.values()].map(({ displayName }) => displayName);
  expect(names).toContain('made 7');
});

it('what is edited while the export is off for a moment is written to Entra once it is on', async () => {
  const world = await switchedOff();
  const edited = await happensInApp(world, 'retitleInApp', { a: 0, b: 7 });
  await switchOnAgain(world);
  expect(world.tenant.users.get(edited?.externalId ?? '')?.title).toBe('app 7');
});

it('what is taken away while the export is off is nobody’s wish, and given back', async () => {
  const world = await withMember();
  await world.changeRules(unexported);
  await world.settle();
  expect(await membersInApp(world, 'leaveInApp', { a: 0, b: 0 })).toBeDefined();
  world.poll('written');
  await world.settle();
  await world.changeRules(others);
  await world.pollAfter(180);
  expect(await differencesFromTenant(world)).toEqual([]);
  const [group] = [...world.tenant.groups.values()];
  expect(group?.members.size).toBe(1);
});

/** A world at rest with a user who is in a group. */
async function withMember(): Promise<World> {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: others });
  await world.connect();
  world.tenant.addGroup();
  world.tenant.addUser();
  TENANT_EVENTS.addMembers(world.tenant, { a: 0, b: 0 });
  await world.pollAfter(1);
  return world;
}
