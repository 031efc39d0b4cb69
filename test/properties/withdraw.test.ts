import { beforeAll, describe, expect, it } from 'vitest';
import type { EntraOutcome } from '../../lib/ports/entra-writes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { approveAll, heldKeys, judge } from './administrator.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import type { TenantGroup } from './tenant-view.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty', export: true },
  groups: { withoutMail: true, export: true },
});
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MEMBERS = 4;
const DENIED: EntraOutcome = {
  ok: false,
  reason: 'denied',
  detail: 'the application lacks a role',
};

beforeAll(sameLuck);

/** A group that lost all members in the application, and a user who lost a manager there. */
async function withdrawn(most: number, before: (world: World) => void = () => {}) {
  const guard = { memberships: { count: most, percent: 100 } };
  const world = new World({ workers: 1, faults: [], chance: ones(), rules, guard });
  await world.connect();
  const group = world.tenant.addGroup();
  const users = Array.from({ length: MEMBERS }, () => world.tenant.addUser());
  const [report, manager] = users;
  for (const { id } of users) group.members.add(id);
  if (report) report.manager = manager?.id;
  await world.pollAfter(1);
  await world.pollAfter(180);
  before(world);
  await losesAll(world);
  world.poll('written');
  await world.settle();
  await world.later(60);
  return { world, group, report };
}

async function losesAll({ outside }: World): Promise<void> {
  const connection = await outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = outside.directories.resources(connection);
  const { resources: users } = await store.list('user', undefined, 100);
  const { resources: groups } = await store.list('group', undefined, 100);
  const ids = users.map(({ id }) => id);
  for (const { id } of groups) await store.changeMembers(id, [{ op: 'remove', ids }], 'app');
  for (const user of users) {
    const { [ENTERPRISE]: extension, ...others } = user.resource;
    if (extension) await store.replace(user, others, 'app');
  }
}

async function pass(world: World, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) await world.pollAfter(60);
}

async function wordsOn({ outside }: World, id: string): Promise<readonly string[]> {
  const { entries } = await outside.audit.history(CONNECTION, id, { size: 100 });
  return entries.flatMap(({ facts }) => facts.map(({ did }) => did));
}

const sizeOf = ({ members }: TenantGroup) => members.size;

describe('what the application has taken away', () => {
  it('is tried again ever more rarely where Entra refuses it', async () => {
    const asked = { members: 0, managers: 0 };
    const { group, report, world } = await withdrawn(100, ({ writes }) => {
      Object.assign(writes, {
        removeMembers: async (pairs: readonly unknown[]) => {
          asked.members += 1;
          return pairs.map(() => DENIED);
        },
        setManagers: async (pairs: readonly unknown[]) => {
          asked.managers += 1;
          return pairs.map(() => DENIED);
        },
      });
    });
    await pass(world, 180);
    expect(sizeOf(group)).toBe(MEMBERS);
    expect(report?.manager).toBeDefined();
    // At once, after 1, 5 and 30 minutes; then 6 hours later.
    expect(asked).toEqual({ members: 4, managers: 4 });
  });

  it('stays where an administrator rejects it, and the histories say so', async () => {
    const { group, report, world } = await withdrawn(1);
    judge(world, { verdict: 'reject' });
    await world.settle();
    await pass(world, 5);
    expect(sizeOf(group)).toBe(MEMBERS);
    expect(await wordsOn(world, group.id)).toContain('rejected');
    expect(report?.manager).toBeDefined();
  });

  it('stays approved where Entra is busy', async () => {
    const { group, world } = await withdrawn(1);
    expect(heldKeys(world)).toHaveLength(MEMBERS);
    world.writes.refusals = MEMBERS;
    approveAll(world);
    await pass(world, 10);
    expect(heldKeys(world)).toEqual([]);
    expect(sizeOf(group)).toBe(0);
  });

  it('is not forgotten where Entra was busy, and the export is switched off for a while', async () => {
    const { group, world } = await withdrawn(100, ({ writes }) => {
      writes.refusals = 3 * MEMBERS;
    });
    expect(sizeOf(group)).toBeGreaterThan(0);
    await world.changeRules({ ...rules, groups: { ...rules.groups, export: false } });
    world.writes.refusals = 0;
    await pass(world, 60);
    expect(sizeOf(group)).toBeGreaterThan(0);
    await world.changeRules(rules);
    await pass(world, 60);
    expect(sizeOf(group)).toBe(0);
  });
});
