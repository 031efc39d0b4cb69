import { AppError } from '../errors.ts';
import type { Services } from '../ports.ts';
import type { Connection } from '../sync/connection.ts';
import type { Properties } from '../sync/entry.ts';
import { GROUP_NATURE, whyGroupStays } from '../sync/group-nature.ts';
import { SYNCED } from '../sync/rules/compile.ts';

const SELECTION = {
  properties: { user: [], group: [SYNCED, ...GROUP_NATURE] },
  relationships: { user: false, group: false },
};

/**
 * The members of a target group must be for an application to write.
 * @throws AppError `bad-request` where they are not, or there is no such group; of the side `entra` where
 *   it cannot be asked
 */
export async function requireWritable(
  directories: Services['directories'],
  connection: Connection,
  groupId: string,
): Promise<void> {
  const properties = await propertiesOf(directories, connection, groupId);
  const why = properties ? whyGroupStays(properties) : 'there is no such group in the tenant';
  if (why !== undefined) throw new AppError('bad-request', `rules.users.targetGroup: ${why}`);
}

async function propertiesOf(
  directories: Services['directories'],
  connection: Connection,
  groupId: string,
): Promise<Properties | undefined> {
  for await (const items of directories.entra(connection, SELECTION).read('group', [groupId]))
    for (const { id, properties } of items) if (id === groupId) return properties;
  return undefined;
}
