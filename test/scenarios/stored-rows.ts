import { TableClient } from '@azure/data-tables';

/** A row as it lies in a table, with all its properties. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** Every row of a table, by `table/partition/row`, read with the SDK alone. */
export async function storedRows(
  connectionString: string,
  tables: readonly string[],
): Promise<Map<string, StoredRow>> {
  const found = new Map<string, StoredRow>();
  for (const table of tables) {
    const client = TableClient.fromConnectionString(connectionString, table, {
      allowInsecureConnection: true,
    });
    for await (const { timestamp: _, ...row } of client.listEntities())
      found.set(`${table}/${row.partitionKey}/${row.rowKey}`, row);
  }
  return found;
}
