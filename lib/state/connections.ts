import { z } from 'zod';
import type { StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Connections, StoredConnection } from '../ports/connections.ts';
import { type Connection, connectionSchema } from '../sync/connection.ts';
import { credentialOfBefore } from '../sync/entra-credential.ts';
import { storedJson } from './stored-json.ts';

const PARTITION = 'connection';

/** Rows of before there were several credentials name one client secret. */
const ofBeforeSchema = z.looseObject({
  entra: z.looseObject({ clientId: z.string(), secretName: z.string() }),
});

/** Connections in the table `connections`, one partition, one row each. */
export function openConnections(table: Table): Connections {
  const toRow = (connection: Connection) => ({
    partitionKey: PARTITION,
    rowKey: connection.id,
    v: 1,
    data: JSON.stringify(stored(connection)),
  });
  const remembered = new Map<string, StoredConnection>();
  const get = async (id: string) => {
    const row = await table.get(PARTITION, id);
    if (!row) {
      remembered.delete(id);
      return undefined;
    }
    const connection = toConnection(row);
    remembered.set(id, connection);
    return connection;
  };
  return {
    get,
    at: async (id, settingsVersion) => {
      const known = remembered.get(id);
      return known && known.settingsVersion >= settingsVersion ? known : get(id);
    },
    list: async function* () {
      for await (const page of table.range({ partitionKey: PARTITION, from: '-', to: '~' }))
        yield page.map(toConnection);
    },
    ids: async () => {
      const ids = new Set<string>();
      const all = { partitionKey: PARTITION, from: '-', to: '~', select: ['v'] };
      for await (const page of table.range(all)) for (const { rowKey } of page) ids.add(rowKey);
      return ids;
    },
    forget: (id) => {
      remembered.delete(id);
    },
    create: async (connection) => {
      const [version = ''] = await table.write([{ op: 'insert', row: toRow(connection) }]);
      return { ...connection, version };
    },
    save: async (connection, version) => {
      const row = toRow(connectionSchema.parse(connection));
      const [saved = ''] = await table.write([{ op: 'replace', row, etag: version }]);
      return { ...connection, version: saved };
    },
    remove: async (id, version) => {
      remembered.delete(id);
      try {
        const row = { partitionKey: PARTITION, rowKey: id };
        await table.write([{ op: 'delete', row, ...(version !== undefined && { etag: version }) }]);
      } catch (error) {
        if (!hasCode(error, 'not-found')) throw error;
      }
    },
  };
}

function toConnection(row: StoredRow): StoredConnection {
  const connection = connectionSchema.parse(migrated(storedJson(row.data)));
  return { ...connection, version: row.etag };
}

function migrated(data: unknown): unknown {
  const { data: row } = ofBeforeSchema.safeParse(data);
  if (!row || row.entra.credentials !== undefined) return data;
  const { clientId, secretName } = row.entra;
  return {
    ...row,
    entra: { ...row.entra, credentials: [credentialOfBefore(clientId, secretName)] },
  };
}

/** As a build from before reads it, too: that one signs in by a client secret, or not at all. */
function stored(connection: Connection) {
  const { entra } = connection;
  const first = entra.credentials.find((one) => one.for === undefined);
  const secretName =
    first?.kind === 'secret' ? first.secretName : `connection-${connection.id}-none`;
  return { ...connection, entra: { ...entra, secretName } };
}
