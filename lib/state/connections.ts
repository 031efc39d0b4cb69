import { z } from 'zod';
import type { Operation, StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Connections, SettingsChange, StoredConnection } from '../ports/connections.ts';
import { type Connection, connectionSchema } from '../sync/connection.ts';
import { credentialOfBefore } from '../sync/entra-credential.ts';
import { firstRows } from './first-rows.ts';
import { after, changesPrefix } from './keys.ts';
import { rememberedJson } from './remembered-json.ts';
import { toChange, toChangeRow } from './settings-change-rows.ts';

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
    page: async ({ size, after: last }) => {
      // A space sorts before every character of an id. One row more tells whether any follow.
      const from = last === undefined ? '-' : `${last} `;
      const bounds = { partitionKey: PARTITION, from, to: '~', pageSize: size + 1 };
      const rows: StoredRow[] = [];
      for await (const page of table.range(bounds)) {
        rows.push(...page);
        if (rows.length > size) break;
      }
      const connections = rows.slice(0, size).map(toConnection);
      const next = rows.length > size ? connections.at(-1)?.id : undefined;
      return next === undefined ? { connections } : { connections, next };
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
    create: async (connection, change) => {
      const told = noted(connection, change);
      const [version = ''] = await table.write([{ op: 'insert', row: toRow(connection) }, ...told]);
      return { ...connection, version };
    },
    save: async (connection, version, change) => {
      const row = toRow(connectionSchema.parse(connection));
      const told = noted(connection, change);
      const [saved = ''] = await table.write([{ op: 'replace', row, etag: version }, ...told]);
      return { ...connection, version: saved };
    },
    changes: async (id, { size, after: last }) => {
      const prefix = changesPrefix(id);
      const from = last === undefined ? prefix : `${prefix}${last} `;
      const bounds = { partitionKey: PARTITION, from, to: after(prefix), pageSize: size };
      const changes = (await firstRows(table, bounds)).map(toChange);
      const next = changes.length === size ? changes.at(-1)?.place : undefined;
      return next === undefined ? { changes } : { changes, next };
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

/** In the same transaction: what is changed is told, and nothing else. */
function noted({ id, settingsVersion }: Connection, change?: SettingsChange): Operation[] {
  if (!change || change.settings.length === 0) return [];
  return [{ op: 'put', row: toChangeRow(PARTITION, { id, settingsVersion }, change) }];
}

const readConnection = rememberedJson({ parse: (data) => connectionSchema.parse(migrated(data)) });

function toConnection(row: StoredRow): StoredConnection {
  return { ...readConnection(row.data), version: row.etag };
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
