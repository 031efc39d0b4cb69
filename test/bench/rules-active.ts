import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Site } from './site.ts';

/** Entra ids of all users who are active in the application. */
export async function activeUsers(
  { azure }: Site,
  connectionId: string,
): Promise<ReadonlySet<string>> {
  const tables = openTables({ connectionString: azure.tableConnectionString });
  const found = new Set<string>();
  for await (const entry of openHostedListing(tables, connectionId).listEntries('user'))
    if (entry.active && entry.externalId !== undefined) found.add(entry.externalId);
  return found;
}
