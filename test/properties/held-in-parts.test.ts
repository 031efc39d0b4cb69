import { beforeAll, expect, it } from 'vitest';
import { compareGroups, FIRST_LINK, type Reached } from '../../lib/flows/exports/compare-groups.ts';
import { LANES } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

/** More than a page of members. */
const MEMBERS = 1_050;
const GROUPS = 3;

beforeAll(sameLuck);

const rulesWith = (isExporting: boolean) =>
  ruleSettingsSchema.parse({
    users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
    groups: { withoutMail: true, export: isExporting },
  });

/** A tenant of empty groups, whose members are all in the application. */
async function joinedInApp(): Promise<World> {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules: rulesWith(false) });
  await world.connect();
  for (let n = 0; n < MEMBERS; n += 1) world.tenant.addUser();
  for (let n = 0; n < GROUPS; n += 1) world.tenant.addGroup();
  await world.pollAfter(1);
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = world.outside.directories.resources(connection);
  const ids: string[] = [];
  let from: string | undefined;
  do {
    const page = await store.list('user', from, 1_000);
    ids.push(...page.resources.map(({ id }) => id));
    from = page.next;
  } while (from !== undefined);
  const { resources: groups } = await store.list('group', undefined, 10);
  for (const { id } of groups) await store.changeMembers(id, [{ op: 'add', ids }], 'app');
  return world;
}

it('the members of a large group are compared in parts, each once, where the time is over', async () => {
  const world = await joinedInApp();
  await world.changeRules(rulesWith(true));
  const { outside: needs } = world;
  const connection = await needs.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  let written = 0;
  const { addMembers } = world.writes;
  Object.assign(world.writes, {
    addMembers: (pairs: Parameters<typeof addMembers>[0]) => {
      written += pairs.length;
      return addMembers(pairs);
    },
  });
  let parts = 0;
  for (let number = 0; number < LANES; number += 1) {
    const lane = await needs.lanes.reopen(CONNECTION, number);
    const envelope = { v: 1 as const, connectionId: CONNECTION, lane: number, runId: lane.runId };
    const message = { ...envelope, epoch: lane.epoch, settingsVersion: connection.settingsVersion };
    const place = { connection, message, lane };
    for (let left: Reached | undefined = { cursor: FIRST_LINK }; left; ) {
      left = await compareGroups(needs, place, { ...left, isOver: () => true });
      parts += Number(left?.after !== undefined);
    }
  }
  for (const { members } of world.tenant.groups.values()) expect(members.size).toBe(MEMBERS);
  expect(parts).toBeGreaterThan(GROUPS);
  expect(written).toBe(GROUPS * MEMBERS);
});
