import { odata, TableClient } from '@azure/data-tables';

/** A row as it lies in a table, with all its properties. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** Every row of a table since a time, by `table/partition/row`, read with the SDK alone. */
export async function storedRows(
  connectionString: string,
  tables: readonly string[],
  since: Date,
): Promise<Map<string, StoredRow>> {
  const filter = odata`Timestamp ge ${since}`;
  const found = new Map<string, StoredRow>();
  for (const table of tables) {
    const client = TableClient.fromConnectionString(connectionString, table, {
      allowInsecureConnection: true,
    });
    for await (const { timestamp: _, ...row } of client.listEntities({ queryOptions: { filter } }))
      found.set(`${table}/${row.partitionKey}/${row.rowKey}`, row);
  }
  return found;
}
