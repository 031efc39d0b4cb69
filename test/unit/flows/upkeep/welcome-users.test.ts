import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import { welcomeUsers } from '../../../../lib/flows/upkeep/welcome-users.ts';
import type { EntryStore } from '../../../../lib/ports/application.ts';
import type { MailMessage } from '../../../../lib/ports/channels.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import { lanePartition } from '../../../../lib/state/keys.ts';
import { newWelcomeRow, openWelcomes } from '../../../../lib/state/welcomes.ts';
import { laneOf } from '../../../../lib/sync/lanes.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';
import { plainSealer } from '../../../properties/worker.ts';
import { recordedChannels, SILENT, START } from './recorded-channels.ts';

const DAY = 24 * 60 * 60_000;
const webhook = { url: 'https://hooks.example/pins', secretName: 'w' };
const welcome = {
  subject: 'Welcome, {{givenName}}',
  text: 'Your PIN is {{pin}}, until {{expires}}.',
  digits: 8,
  days: 7,
};
const connection: StoredConnection = { ...SILENT, welcome };
const hooked: StoredConnection = { ...connection, welcome: { ...welcome, webhook } };

const nobody = () => {
  throw new Error('nobody asks for it');
};

async function openWorld() {
  const tables = new MemoryTables();
  await tables.ensure(['links']);
  const links = tables.table('links');
  const welcomes = openWelcomes(links, plainSealer);
  const { world, needs } = recordedChannels();
  const app: Pick<EntryStore, 'read'> = {
    read: async (kind, ids) => {
      const attributes = { userName: 'ada@contoso.example', 'name.givenName': 'Ada' };
      const entry = { kind, version: '1', active: true, attributes };
      return new Map(ids.filter((id) => id !== 'gone').map((id) => [id, { ...entry, id }]));
    },
  };
  const directories = {
    app: () => ({
      ...app,
      find: nobody,
      match: nobody,
      create: nobody,
      update: nobody,
      remove: nobody,
      addMembers: nobody,
      removeMembers: nobody,
      dropMemberships: nobody,
      setManagers: nobody,
    }),
    entra: nobody,
    entraWrites: nobody,
    notifications: nobody,
    resources: nobody,
    outbox: nobody,
    spelling: nobody,
  };
  const rows = () => tables.rows('links');
  return {
    world: Object.assign(world, { links, welcomes, rows }),
    needs: { ...needs, welcomes, directories },
  };
}

let world: Awaited<ReturnType<typeof openWorld>>['world'];
let needs: Awaited<ReturnType<typeof openWorld>>['needs'];
beforeEach(async () => {
  ({ world, needs } = await openWorld());
});

const makeUser = (entraId = 'e-1', appId = 'a-1') =>
  world.links.write([
    {
      op: 'put',
      row: newWelcomeRow(lanePartition('c-1', laneOf(entraId)), { entraId, appId, at: START }),
    },
  ]);
const pinOf = (mail: MailMessage | undefined) => /PIN is (\d{8}),/.exec(mail?.text ?? '')?.[1];

it('sends the application the PIN that the user gets, and forgets it', async () => {
  await makeUser();
  for (let n = 0; n < 2; n += 1) await welcomeUsers(needs, hooked);
  expect(world.mails).toHaveLength(1);
  expect(world.mails[0]).toMatchObject({ to: 'ada@contoso.example', subject: 'Welcome, Ada' });
  expect(world.mails[0]?.text).toContain('until 2026-02-08.');
  expect(world.posts).toHaveLength(1);
  expect(JSON.parse(world.posts[0]?.body ?? '')).toEqual({
    type: 'user.pin',
    timestamp: '2026-02-01T00:00:00.000Z',
    data: {
      connectionId: 'c-1',
      userId: 'a-1',
      externalId: 'e-1',
      pin: pinOf(world.mails[0]),
      mustChange: true,
      expires: '2026-02-08T00:00:00.000Z',
    },
  });
  expect(world.rows()).toEqual([]);
});

it('keeps it sealed until the application asks, and tells the user once', async () => {
  await makeUser();
  for (let n = 0; n < 2; n += 1) await welcomeUsers(needs, connection);
  expect([world.mails.length, world.posts.length]).toEqual([1, 0]);
  const pin = pinOf(world.mails[0]);
  expect(await world.welcomes.get('c-1', 'e-1')).toMatchObject({ pin, done: ['mail'] });
  const inClear = world
    .rows()
    .map((row) => Object.values(row).filter((v) => typeof v === 'string'));
  expect(JSON.stringify(inClear)).not.toContain(pin);
  expect(JSON.stringify(world.logged)).not.toContain(pin);
});

it('throws it away when its days are over, or nobody is welcomed any more', async () => {
  await makeUser();
  await makeUser('e-2', 'a-2');
  await welcomeUsers(needs, connection);
  world.now = START + 7 * DAY;
  await welcomeUsers(needs, connection);
  expect(world.rows()).toHaveLength(2);
  world.now += 1;
  await welcomeUsers(needs, connection);
  expect(world.rows()).toEqual([]);
  await makeUser('e-3', 'a-3');
  world.now = START;
  const { welcome: _, ...silent } = connection;
  await welcomeUsers(needs, silent);
  expect([world.rows().length, world.mails.length]).toEqual([0, 2]);
});

it.each(['mail', 'hook'] as const)(
  'a %s that fails is tried again, with the same PIN',
  async (which) => {
    await makeUser();
    const failing = which === 'mail' ? world.mailTroubles : world.hookTroubles;
    failing.push(new AppError('unavailable', 'no'));
    await welcomeUsers(needs, hooked);
    expect(world.sent.map(({ body, delaySeconds }) => [body, delaySeconds])).toEqual([
      [{ v: 1, connectionId: 'c-1', reason: 'welcome' }, 60],
    ]);
    // Too early: nothing is sent, and nobody asks again.
    await welcomeUsers(needs, hooked);
    expect([world.mails.length, world.sent.length]).toEqual([0, 1]);
    world.now += 60_000;
    await welcomeUsers(needs, hooked);
    expect(world.mails).toHaveLength(1);
    const pins = world.posts.map(
      ({ body }) => (JSON.parse(body) as { data: { pin: string } }).data.pin,
    );
    expect(new Set(pins)).toEqual(new Set([pinOf(world.mails[0])]));
    expect(new Set(world.posts.map(({ id }) => id)).size).toBe(1);
    expect(world.rows()).toEqual([]);
  },
);

it('who has no entry or no address, or is refused for good, is given up', async () => {
  await makeUser('e-1', 'gone');
  await makeUser('e-2');
  world.mailTroubles.push(new AppError('bad-request', 'nobody of that name'));
  await welcomeUsers(needs, connection);
  expect([world.rows().length, world.mails.length, world.sent.length]).toEqual([0, 0, 0]);
});

it('the application that asks while the mail goes out is not overtaken', async () => {
  await makeUser();
  const one = await world.welcomes.get('c-1', 'e-1');
  if (!one) throw new Error('there is no mark');
  await world.welcomes.save('c-1', { ...one, pin: '1' });
  await expect(world.welcomes.remove('c-1', one)).rejects.toMatchObject({ code: 'state-changed' });
  await expect(world.welcomes.save('c-1', one)).rejects.toMatchObject({ code: 'state-changed' });
});
