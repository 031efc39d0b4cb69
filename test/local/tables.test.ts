import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { startTables } from '../../local/tables.ts';

const open = (connectionString: string) =>
  TableClient.fromConnectionString(connectionString, 'rows', { allowInsecureConnection: true });

describe('the table service', () => {
  it('keeps what was written last when it is ended by SIGINT', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tandem-tables-'));
    const first = await startTables({ dataDir });
    const before = open(first.connectionString);
    await before.createTable();
    await before.createEntity({ partitionKey: 'p', rowKey: 'last', n: 1 });
    await first.close();
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const second = await startTables({ dataDir });
    expect(await open(second.connectionString).getEntity('p', 'last')).toMatchObject({ n: 1 });
    expect(second.connectionString).not.toBe(first.connectionString);
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  it('refuses another key, and forgets everything without a folder', async () => {
    const tables = await startTables();
    const stranger = tables.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=AAAA');
    await expect(open(stranger).createTable()).rejects.toMatchObject({ statusCode: 403 });
    await open(tables.connectionString).createTable();
    const { port } = tables;
    await tables.close();
    const again = await startTables({ port });
    expect(again.port).toBe(port);
    await expect(open(again.connectionString).getEntity('p', 'r')).rejects.toMatchObject({
      statusCode: 404,
    });
    await again.close();
  });
});
