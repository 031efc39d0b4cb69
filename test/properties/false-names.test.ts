import { beforeAll, expect, it } from 'vitest';
import type { EntraDraft } from '../../lib/ports/entra-writes.ts';
import { ruleSettingsSchema } from '../../lib/sync/rules/settings.ts';
import { createsInApp } from './app-events.ts';
import { ones } from './chance.ts';
import { sameLuck } from './luck.ts';
import { CONNECTION, World } from './world.ts';

const rules = ruleSettingsSchema.parse({
  users: {
    types: 'both',
    domains: ['contoso.example'],
    aliases: null,
    missingNames: 'leave-empty',
    export: true,
    create: { domain: 'contoso.example' },
  },
  groups: { withoutMail: true },
});

beforeAll(sameLuck);

/** A client writes an object id into an entry of which Entra is just making an account. */
async function namedMeanwhile(isMade: boolean) {
  const world = new World({ workers: 1, faults: [], chance: ones(), rules });
  await world.connect();
  world.tenant.addGroup();
  const other = world.tenant.addUser();
  // Nobody who takes part.
  other.userName = 'admin@elsewhere.example';
  await world.pollAfter(1);
  const { create } = world.writes;
  Object.assign(world.writes, {
    create: async (drafts: readonly EntraDraft[]) => {
      if (isMade) await create(drafts);
      const { store, entry } = await entryOf(world);
      await store.replace(entry, { ...entry.resource, externalId: other.id }, 'app');
      return drafts.map(() => ({ ok: false, reason: 'later', detail: 'nobody knows' }));
    },
  });
  await createsInApp(world, 'user', 1);
  world.poll('written');
  await world.settle();
  Object.assign(world.writes, { create });
  for (let minute = 0; minute < 60; minute += 1) await world.pollAfter(60);
  return { world, other };
}

async function entryOf({ outside }: World) {
  const connection = await outside.connections.get(CONNECTION);
  if (!connection) throw new Error('the connection is gone');
  const store = outside.directories.resources(connection);
  const { resources } = await store.list('user', undefined, 100);
  const entry = resources.find(({ resource }) => resource.displayName === 'made 1');
  if (!entry) throw new Error('the entry is gone');
  return { store, entry };
}

it('an account is tied to the entry that it was made of, whatever a client calls that one', async () => {
  const { world, other } = await namedMeanwhile(true);
  const made = [...world.tenant.users.values()].filter(({ marker }) => marker !== undefined);
  expect(made).toHaveLength(1);
  const { entry } = await entryOf(world);
  expect(entry.resource.externalId).toBe(made[0]?.id);
  expect(await world.outside.firstPasswords.take(CONNECTION, other.id)).toBeUndefined();
});

it('an account that was never made gives no other object its password', async () => {
  const { world, other } = await namedMeanwhile(false);
  expect(await world.outside.firstPasswords.take(CONNECTION, other.id)).toBeUndefined();
  expect(other.displayName).toBe('u0');
});
