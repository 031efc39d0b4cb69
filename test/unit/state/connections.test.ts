import { expect, it } from 'vitest';
import { openConnections } from '../../../lib/state/connections.ts';
import { isAutomatic } from '../../../lib/sync/connection.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const AT = '2026-01-01T00:00:00.000Z';

/** As rows were before a connection could have several credentials. */
const OF_BEFORE = {
  id: 'old',
  name: 'Old',
  enabled: true,
  entra: { tenantId: ID, clientId: ID, secretName: 'connection-old-1' },
  app: { kind: 'hosted' },
  settingsVersion: 7,
  createdAt: AT,
  updatedAt: AT,
};

it('a connection from before goes on with its one secret, and a build from before with what is saved', async () => {
  const tables = new MemoryTables();
  await tables.ensure(['connections']);
  const table = tables.table('connections');
  const row = { partitionKey: 'connection', rowKey: 'old', v: 1, data: JSON.stringify(OF_BEFORE) };
  await table.write([{ op: 'insert', row }]);
  const connections = openConnections(table);
  const secretName = 'connection-old-1';
  const entra = {
    tenantId: ID,
    clientId: ID,
    credentials: [{ id: 'first', kind: 'secret', clientId: ID, secretName, expiresAt: null }],
  };
  const read = await connections.get('old');
  expect(read).toMatchObject({ enabled: true, settingsVersion: 7, entra });
  if (!read) throw new Error('it is not there');
  const { version, ...connection } = read;
  await connections.save({ ...connection, name: 'New' }, version);
  expect(await connections.get('old')).toMatchObject({ name: 'New', entra });
  const [row1] = tables.rows('connections');
  expect(row1).toMatchObject({ v: 1 });
  expect(JSON.parse(String(row1?.data))).toMatchObject({ entra: { clientId: ID, secretName } });
});

it('a connection from before is read by itself, and one that is not says so', async () => {
  const tables = new MemoryTables();
  await tables.ensure(['connections']);
  const table = tables.table('connections');
  const row = { partitionKey: 'connection', rowKey: 'old', v: 1, data: JSON.stringify(OF_BEFORE) };
  await table.write([{ op: 'insert', row }]);
  const connections = openConnections(table);
  const read = await connections.get('old');
  if (!read) throw new Error('it is not there');
  expect(isAutomatic(read)).toBe(true);
  const { version, ...connection } = read;
  await connections.save({ ...connection, automatic: false }, version);
  expect((await connections.get('old'))?.automatic).toBe(false);
});
