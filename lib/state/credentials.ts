import { z } from 'zod';
import type { StoredRow, Table } from '../azure/tables.ts';
import { hasCode } from '../errors.ts';
import type { Credentials, StoredCredential } from '../ports/credentials.ts';
import { type Credential, credentialSchema } from '../sync/credential.ts';
import { after } from './keys.ts';
import { storedJson } from './stored-json.ts';

/** Changed by whoever adds a credential, so that two who count at once do not both add the last. */
const HEAD_ROW = 'h:';
const CREDENTIAL_PREFIX = 'c:';
/** The last use stands apart: noting it is no change of the credential. */
const USED_PREFIX = 'u:';

const usedSchema = z.object({ usedAt: z.coerce.number().nullable().default(null) });

/** Credentials in the table `credentials`: a partition a connection, two rows a credential. */
export function openCredentials(table: Table): Credentials {
  const credentialRow = (partitionKey: string, credential: Credential) => ({
    partitionKey,
    rowKey: CREDENTIAL_PREFIX + credential.id,
    v: 1,
    data: JSON.stringify(credentialSchema.parse(credential)),
  });
  const usedKeys = (partitionKey: string, credentialId: string) => ({
    partitionKey,
    rowKey: USED_PREFIX + credentialId,
  });
  return {
    list: async (connectionId) => {
      const rows = new Map<string, StoredRow>();
      const whole = { partitionKey: connectionId, from: ' ', to: after('~') };
      for await (const page of table.range(whole))
        for (const row of page) rows.set(row.rowKey, row);
      const version = rows.get(HEAD_ROW)?.etag ?? null;
      return { credentials: toCredentials(rows), version };
    },
    add: async (connectionId, credential, version) => {
      const head = { partitionKey: connectionId, rowKey: HEAD_ROW, v: 1 };
      const [, etag = ''] = await table.write([
        version === null
          ? { op: 'insert', row: head }
          : { op: 'replace', row: head, etag: version },
        { op: 'insert', row: credentialRow(connectionId, credential) },
        { op: 'insert', row: { ...usedKeys(connectionId, credential.id), v: 1 } },
      ]);
      return { ...credential, version: etag, usedAt: null };
    },
    save: async (connectionId, { version, usedAt, ...credential }) => {
      const row = credentialRow(connectionId, credential);
      const [etag = ''] = await table.write([{ op: 'replace', row, etag: version }]);
      return { ...credential, version: etag, usedAt };
    },
    remove: async (connectionId, credentialId) => {
      const keys = { partitionKey: connectionId, rowKey: CREDENTIAL_PREFIX + credentialId };
      try {
        await table.write([
          { op: 'delete', row: keys },
          { op: 'delete', row: usedKeys(connectionId, credentialId) },
        ]);
      } catch (error) {
        if (!hasCode(error, 'not-found')) throw error;
      }
    },
    note: async (connectionId, credentialId, usedAt) => {
      // Not put: what was removed must not come back.
      const row = { ...usedKeys(connectionId, credentialId), usedAt: String(usedAt) };
      await table.write([{ op: 'merge', row, etag: '*' }]);
    },
  };
}

function toCredentials(rows: ReadonlyMap<string, StoredRow>): StoredCredential[] {
  const found = [...rows.values()].filter(({ rowKey }) => rowKey.startsWith(CREDENTIAL_PREFIX));
  return found
    .map((row) => {
      const credential = credentialSchema.parse(storedJson(row.data));
      const { usedAt } = usedSchema.parse(rows.get(USED_PREFIX + credential.id) ?? {});
      return { ...credential, version: row.etag, usedAt };
    })
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
}
