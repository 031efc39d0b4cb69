import { beforeAll, expect, it } from 'vitest';
import { freeName } from '../../lib/flows/entries/free-name.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: { types: 'both', aliases: null, missingNames: 'leave-empty' },
});

beforeAll(sameLuck);

it('a name that an entry was given just now is freed only when it is asked for once more', async () => {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  const user = world.tenant.addUser();
  await world.pollAfter(1);
  const connection = await world.outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const app = world.outside.directories.app(connection);
  const held = async () => {
    const [entry] = [...(await app.find('user', [user.id])).values()];
    if (!entry) throw new Error('the entry is gone');
    return entry;
  };
  const claim = async (wanted: string, isRepeated: boolean) =>
    freeName(world.outside, connection, { holder: await held(), wanted, isRepeated });
  expect(await claim(user.userName, true)).toBe(false);
  // Its lane has written the entry, and has yet to save that it did.
  const given = 'given@contoso.example';
  const { kind, id, version } = await held();
  await app.update([{ kind, id, version, set: { userName: given }, clear: [] }]);
  expect(await claim(given, false)).toBe(false);
  expect((await held()).attributes.userName).toBe(given);
  expect(await claim(given, true)).toBe(true);
  expect((await held()).attributes.userName).toMatch(/@yielded\.invalid$/);
});
