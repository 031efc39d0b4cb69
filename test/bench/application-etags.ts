import { TableClient } from '@azure/data-tables';

/** The tables that hold the directories of the applications. */
export const APPLICATION_TABLES = ['directory', 'directorymembers'] as const;

/** The etag of every row of the application, by `table/partition/row`, read with the SDK alone. */
export type ApplicationEtags = ReadonlyMap<string, string>;

export async function applicationEtags(connectionString: string): Promise<ApplicationEtags> {
  const etags = new Map<string, string>();
  const queryOptions = { select: ['partitionKey', 'rowKey'] };
  for (const table of APPLICATION_TABLES) {
    const client = TableClient.fromConnectionString(connectionString, table, {
      allowInsecureConnection: true,
    });
    for await (const { partitionKey, rowKey, etag } of client.listEntities({ queryOptions }))
      etags.set(`${table}/${partitionKey}/${rowKey}`, etag);
  }
  return etags;
}

/** How many rows were written between two readings: a row's etag changes with every write. */
export function rowsWritten(before: ApplicationEtags, after: ApplicationEtags): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}
