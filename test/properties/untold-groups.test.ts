import { beforeAll, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { membersInApp } from './app-members.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true, export: true },
});

beforeAll(sameLuck);

it.each(['joinInApp', 'leaveInApp'] as const)(
  'a group of which Entra tells nothing is asked about for a day and no longer: %s',
  async (what) => {
    const guard = { memberships: { count: 100, percent: 100 } };
    const world = new World({ workers: 1, faults: [], chance: ones(), rules, guard });
    await world.connect();
    const [group, user] = [world.tenant.addGroup(), world.tenant.addUser()];
    const say = (removed: boolean) => {
      const members = [{ id: user.id, kind: 'user' as const, removed }];
      world.tenant.say({ kind: 'group', id: group.id, properties: {}, members });
    };
    if (what === 'leaveInApp') {
      group.members.add(user.id);
      say(false);
    }
    await world.pollAfter(1);
    const asked: number[] = [];
    Object.assign(world.tenant, {
      members: async () => {
        asked.push(world.now());
        throw new AppError('access-denied', 'the members are hidden', { side: 'entra' });
      },
    });
    await membersInApp(world, what, { a: 0, b: 0 });
    world.poll('written');
    await world.settle();
    // A replica that lags: somebody has to look who is right.
    if (what === 'joinInApp') say(true);
    await world.pollAfter(60);
    for (let hour = 0; hour < 72; hour += 1) await world.later(3_600);
    // After ten minutes, and then every six hours.
    expect(asked).toHaveLength(5);
    expect(group.members.has(user.id)).toBe(what === 'joinInApp');
    const edges = world.tables.rows('links').filter(({ rowKey }) => rowKey.startsWith('e:'));
    expect(edges).toHaveLength(what === 'joinInApp' ? 1 : 0);
    expect(edges.filter((row) => row.sentThere !== undefined)).toEqual([]);
  },
);
