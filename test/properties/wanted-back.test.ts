import { beforeAll, expect, it } from 'vitest';
import { tellWritten } from '../../lib/flows/poll/tell-written.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { happensInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { readApplication } from './differences.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: {
    types: 'both',
    aliases: null,
    missingNames: 'leave-empty',
    export: true,
    exportDeletion: 'disable',
    mappings: [
      {
        target: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
        type: 'none',
      },
    ],
  },
  groups: { withoutMail: true },
});

const DOWN_MILLISECONDS = 5 * 60_000;

beforeAll(sameLuck);

it.each([false, true])(
  'who was given up is wanted again where the application makes an entry anew, while it is down: %s',
  async (isDown) => {
    const guard = { users: { count: 100, percent: 100 } };
    const world = new World({ workers: 1, faults: [], chance: ones(), rules, guard });
    await world.connect();
    world.tenant.addGroup();
    const user = world.tenant.addUser();
    await world.pollAfter(1);
    const deleted = await happensInApp(world, 'deleteInApp', { a: 0, b: 0 });
    world.poll('written');
    await world.settle();
    await world.later(10);
    for (let n = 0; n < 4; n += 1) await world.pollAfter(600);
    expect(user.enabled).toBe(false);
    if (!deleted) throw new Error('nobody was deleted');
    const connection = await world.outside.connections.get(CONNECTION);
    if (!connection) throw new Error('the connection is gone');
    const store = world.outside.directories.resources(connection);
    const again = await store.create('user', { ...deleted.resource, active: true }, 'app');
    if (!again.ok) throw new Error(again.reason);
    // The poll has told the lane, and then nobody answers any more.
    const outbox = world.outside.directories.outbox(connection);
    for await (const marks of outbox.entries('app')) await outbox.settle(marks);
    const objects = [{ kind: 'user' as const, entraId: user.id, appId: again.stored.id }];
    await tellWritten(world.outside, connection, { kind: 'written', objects });
    if (isDown) world.troubles.app.until = world.now() + DOWN_MILLISECONDS;
    await world.settle();
    for (let n = 0; n < 4; n += 1) await world.pollAfter(600);
    // As if both had never met: Entra's values stay, until one side enables it.
    expect((await readApplication(world)).users.get(user.id)).toMatchObject({ active: false });
  },
);
