import { beforeAll, expect, it } from 'vitest';
import { apply } from '../../lib/flows/lanes/apply.ts';
import type { Outgoing } from '../../lib/ports/platform.ts';
import { outsideRuns } from '../../lib/sync/addressed.ts';
import { laneOf } from '../../lib/sync/lanes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: {
    types: 'both',
    aliases: null,
    missingNames: 'leave-empty',
    export: true,
    exportDeletion: 'delete',
  },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

it('a removal of which somebody died before asking is asked for by whoever gets the message next', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  const user = world.tenant.addUser();
  await world.pollAfter(1);
  const connection = await world.outside.connections.get(CONNECTION);
  const [entry] = [...(await entriesOf(world, user.id)).values()];
  if (!connection || !entry) throw new Error('nothing was imported');
  const lane = laneOf(user.id);
  // Another worker has served the lane before, and remembers it so.
  await world.outside.lanes.open(CONNECTION, lane);
  await happensInApp(world, 'deleteInApp', { a: 0, b: 0 });
  world.poll('written');
  await world.settle();
  const sent: Outgoing[] = [];
  const bus = {
    ...world.outside.bus,
    send: async (_: string, some: readonly Outgoing[]) => void sent.push(...some),
  };
  const object = { kind: 'user' as const, entraId: user.id, appId: entry.id, removed: true };
  const envelope = { ...outsideRuns(connection, world.now()), lane };
  await apply({ ...world.outside, bus }, { ...envelope, kind: 'written', objects: [object] }, 2);
  expect(sent.map(({ body }) => body)).toContainEqual(
    expect.objectContaining({ reason: 'decide', lanes: 1 << lane }),
  );
});

async function entriesOf({ outside }: World, id: string) {
  const connection = await outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  return outside.directories.app(connection).find('user', [id]);
}
