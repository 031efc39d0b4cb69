import { readApplication } from './differences.ts';
import type { WipeKind } from './wipe-history.ts';
import type { World } from './world.ts';

/** What the application holds of the kind that a wipe takes, as sentences. */
export async function holdings(world: World, what: WipeKind): Promise<ReadonlySet<string>> {
  const { users, groups, memberships } = await readApplication(world);
  switch (what) {
    case 'empty groups':
      return memberships;
    case 'delete groups':
      return new Set(groups.keys());
    case 'clear titles':
      return new Set(
        [...users].flatMap(([id, { attributes }]) => ('title' in attributes ? [id] : [])),
      );
    default:
      return new Set([...users].flatMap(([id, { active }]) => (active ? [id] : [])));
  }
}
