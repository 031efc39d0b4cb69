import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Connected } from './connected.ts';
import type { World } from './world.ts';

/** Entries that the application made by itself. */
export interface Squatters {
  readonly leave: () => Promise<void>;
}

/** Users of the application's own who hold names that Entra's users will want. */
export async function squat(
  { azure }: World,
  { connectionId }: Pick<Connected, 'connectionId'>,
  names: readonly string[],
): Promise<Squatters> {
  const tables = openTables({ connectionString: azure.tableConnectionString });
  const directory = openHostedDirectory(tables, connectionId);
  const drafts = names.map((userName) => {
    const attributes = { userName, displayName: `Holds ${userName}` };
    return { kind: 'user' as const, externalId: `own-${userName}`, active: true, attributes };
  });
  const made = await directory.create(drafts, 0);
  const ids = made.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : []));
  if (ids.length < names.length) throw new Error('a name is taken already');
  return {
    leave: async () => {
      await directory.remove('user', ids, 0);
    },
  };
}
