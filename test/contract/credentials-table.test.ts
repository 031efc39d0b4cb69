import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTables, type Tables } from '../../lib/azure/tables.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import type { Credentials } from '../../lib/ports/credentials.ts';
import { openConnections } from '../../lib/state/connections.ts';
import { openCredentials } from '../../lib/state/credentials.ts';
import { openPurge } from '../../lib/state/purge.ts';
import { type Client, type Credential, MOST_SECRETS } from '../../lib/sync/credential.ts';
import { hashOf, newSecretId } from '../../lib/sync/secret.ts';
import { startTables } from '../../local/tables.ts';

const MADE_AT = '2026-01-01T00:00:00.000Z';

let tables: Tables;
let credentials: Credentials;
let connectionId: string;
let service: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  service = await startTables();
  tables = openTables({ connectionString: service.connectionString });
  const others = [
    'connections',
    'links',
    'runs',
    'rejected',
    'plans',
    'alerts',
    'authorizations',
    'handovers',
    'checkpoints',
  ];
  await tables.ensure(['credentials', ...others]);
  credentials = openCredentials(tables.table('credentials'));
});
beforeEach(() => {
  connectionId = `c-${randomUUID().slice(0, 8)}`;
});
afterAll(() => service.close());

async function costOf<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = telemetry.snapshot()['tables.transactions'] ?? 0;
  const value = await work();
  return [value, (telemetry.snapshot()['tables.transactions'] ?? 0) - before];
}

function token(createdAt = MADE_AT): Credential {
  const shared = { id: newSecretId(), connectionSince: MADE_AT, createdAt, expiresAt: null };
  return { ...shared, name: 'Zoë’s app', role: 'app', kind: 'token', hash: hashOf('x') };
}

function client(): Client {
  const secrets = Array.from({ length: MOST_SECRETS }, (_, n) => ({
    id: newSecretId(),
    hash: hashOf(String(n)),
    createdAt: MADE_AT,
    expiresAt: '2027-01-01T00:00:00.000Z',
  }));
  const { id, connectionSince, createdAt, expiresAt } = token();
  const shared = { id, connectionSince, createdAt, expiresAt, name: 'Entra' };
  return { ...shared, role: 'entra', kind: 'client', secrets };
}

const rowKeys = async () => {
  const keys: string[] = [];
  const whole = { partitionKey: connectionId, from: ' ', to: '~' };
  for await (const page of tables.table('credentials').range(whole))
    keys.push(...page.map(({ rowKey }) => rowKey));
  return keys;
};

describe('the rows of credentials', () => {
  it('come back as they were, oldest first, for one transaction', async () => {
    const [first, second] = [token(), { ...client(), createdAt: '2026-01-02T00:00:00.000Z' }];
    expect(await credentials.list(connectionId)).toEqual({ credentials: [], version: null });
    await credentials.add(connectionId, second, null);
    const { version } = await credentials.list(connectionId);
    const [, cost] = await costOf(() => credentials.add(connectionId, first, version));
    expect(cost).toBe(1);
    const [listed, requests] = await costOf(() => credentials.list(connectionId));
    const stored = { version: expect.any(String), usedAt: null };
    expect(listed.credentials).toEqual([
      { ...first, ...stored },
      { ...second, ...stored },
    ]);
    expect(requests).toBe(1);
    expect((await credentials.list(`${connectionId}x`)).credentials).toEqual([]);
  });

  it('are added by one who has seen the last one that was added', async () => {
    const both = await Promise.allSettled([
      credentials.add(connectionId, token(), null),
      credentials.add(connectionId, token(), null),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'state-exists' },
    });
    const { version } = await credentials.list(connectionId);
    await credentials.add(connectionId, token(), version);
    const late = credentials.add(connectionId, token(), version);
    await expect(late).rejects.toMatchObject({ code: 'state-changed' });
    expect((await credentials.list(connectionId)).credentials).toHaveLength(2);
  });

  it('change under the condition that nobody else has changed them', async () => {
    const stored = await credentials.add(connectionId, client(), null);
    await credentials.note(connectionId, stored.id, 1_700_000_000_000);
    const saved = await credentials.save(connectionId, { ...stored, name: 'New' });
    expect(saved.version).not.toBe(stored.version);
    const lost = credentials.save(connectionId, { ...stored, name: 'Lost' });
    await expect(lost).rejects.toMatchObject({ code: 'state-changed' });
    expect((await credentials.list(connectionId)).credentials).toEqual([
      { ...saved, usedAt: 1_700_000_000_000 },
    ]);
  });

  it('leave nothing behind when they are removed, and do not come back', async () => {
    const stored = await credentials.add(connectionId, token(), null);
    await credentials.remove(connectionId, stored.id);
    await credentials.remove(connectionId, stored.id);
    const gone = { code: 'not-found' };
    await expect(credentials.note(connectionId, stored.id, 1)).rejects.toMatchObject(gone);
    await expect(credentials.save(connectionId, stored)).rejects.toMatchObject(gone);
    expect(await rowKeys()).toEqual(['h:']);
  });

  it('are purged with their connection, and with no other', async () => {
    const other = `${connectionId}-2`;
    await credentials.add(connectionId, token(), null);
    await credentials.add(other, token(), null);
    expect(await openPurge(tables).purge(connectionId, () => false)).toBe(true);
    expect(await rowKeys()).toEqual([]);
    expect((await credentials.list(other)).credentials).toHaveLength(1);
  });
});

it('the ids of connections are read for one transaction, without the rest', async () => {
  const connections = openConnections(tables.table('connections'));
  const entra = { tenantId: randomUUID(), clientId: randomUUID(), credentials: [] };
  for (const id of ['0', 'a-1', 'zz'])
    await connections.create({
      id,
      name: id,
      enabled: false,
      entra,
      app: { kind: 'hosted' },
      settingsVersion: 1,
      createdAt: MADE_AT,
      updatedAt: MADE_AT,
    });
  const [ids, cost] = await costOf(() => connections.ids());
  expect([[...ids], cost]).toEqual([['0', 'a-1', 'zz'], 1]);
});
