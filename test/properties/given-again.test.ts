import { beforeAll, expect, it } from 'vitest';
import { apply } from '../../lib/flows/lanes/apply.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { differencesFromTenant } from './differences.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

it.each([1, 2])(
  'who wakes up after others have handled its message, and the next, undoes nothing: delivery %i',
  async (delivery) => {
    const world = new World({ workers: 1, faults: [], chance: ones(), rules });
    await world.connect();
    world.tenant.addGroup();
    const user = world.tenant.addUser();
    await world.pollAfter(1);
    const lane = laneOf(user.id);
    const { runId, epoch } = await world.outside.lanes.open(CONNECTION, lane);
    if (runId === null) throw new Error('nothing was imported');
    const named = (n: number, displayName: string) => ({
      v: 1 as const,
      connectionId: CONNECTION,
      lane,
      runId,
      settingsVersion: 1,
      epoch,
      runKind: 'incremental' as const,
      phase: 'changes' as const,
      n,
      kind: 'items' as const,
      items: [{ kind: 'user' as const, id: user.id, properties: { displayName } }],
    });
    await apply(world.outside, named(1, 'as it was'), 1);
    await apply(world.outside, named(2, user.displayName), 1);
    await apply(world.outside, named(1, 'as it was'), delivery);
    expect(await differencesFromTenant(world)).toEqual([]);
  },
);
