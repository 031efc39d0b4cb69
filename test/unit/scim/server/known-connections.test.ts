import { expect, it } from 'vitest';
import { openKnownConnections } from '../../../../lib/scim/server/known-connections.ts';
import { openService } from '../oauth/open-service.ts';

async function opened() {
  const service = await openService();
  const find = openKnownConnections();
  return { ...service, find: (id: string) => find(service, id) };
}

it('asks the store once in 15 seconds', async () => {
  const { clock, connect, find, requests } = await opened();
  await connect('one');
  requests.length = 0;
  const first = await find('one');
  expect(first?.connection.id).toBe('one');
  clock.time += 14_999;
  expect(await find('one')).toBe(first);
  expect(requests.length).toBe(1);
  clock.time += 1;
  await find('one');
  expect(requests.length).toBe(2);
});

it('a change of settings is seen then, and pages still begin where they began', async () => {
  const { clock, connect, connections, find } = await opened();
  const stored = await connect('one');
  const first = await find('one');
  const { version, ...connection } = stored;
  await connections.save({ ...connection, enabled: false, settingsVersion: 2 }, version);
  clock.time += 15_000;
  const second = await find('one');
  expect(second?.connection.enabled).toBe(false);
  expect(second?.bookmarks).toBe(first?.bookmarks);
});

it('another connection under the same id has no bookmarks of the first', async () => {
  const { clock, connect, connections, find } = await opened();
  await connect('one');
  const first = await find('one');
  await connections.remove('one');
  await connect('one', { createdAt: '2026-02-02T00:00:00.000Z' });
  clock.time += 15_000;
  const second = await find('one');
  expect(second?.bookmarks).not.toBe(first?.bookmarks);
});

it('one that is none is looked for again, and takes no room', async () => {
  const { connect, find } = await opened();
  expect(await find('one')).toBeUndefined();
  await connect('one');
  expect((await find('one'))?.connection.id).toBe('one');
});

it('a store that fails is no connection that is missing', async () => {
  const { connect, find, troubles } = await opened();
  await connect('one');
  troubles.add('get connections');
  await expect(find('one')).rejects.toThrow();
  troubles.clear();
  expect((await find('one'))?.connection.id).toBe('one');
});
