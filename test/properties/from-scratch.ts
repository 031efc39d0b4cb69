import type { Item, Kind, MemberItem } from '../../lib/sync/entry.ts';
import type { Chance } from './chance.ts';
import { slices } from './slices.ts';
import { groupItem, removedItem, userItem } from './tenant-items.ts';
import type { TenantGroup, TenantView } from './tenant-view.ts';

/** How a reading from scratch tells what is there. */
export interface Telling {
  readonly chance: Chance;
  /** It names what was removed as well: objects, and former members. */
  readonly tellsRemoved: boolean;
  /** Called for what it leaves out, or names by its removal alone. */
  readonly leftOut: (id: string, groupId?: string) => void;
}

/** The items of a reading from scratch (Graph docs: delta query overview). */
export function everything(view: TenantView, kind: Kind, telling: Telling): Item[] {
  const objects = kind === 'user' ? [...view.users.values()] : [...view.groups.values()];
  return objects.flatMap((object): Item[] => {
    if (object.life !== 'live') {
      telling.leftOut(object.id);
      return telling.tellsRemoved ? [removedItem(object, kind)] : [];
    }
    if (!('members' in object)) return [userItem(object, true)];
    return groupInSlices(view, object, telling);
  });
}

/** A group with all its members, some at a time (Graph docs: group delta). */
export function groupInSlices(view: TenantView, group: TenantGroup, telling: Telling): Item[] {
  const { chance, tellsRemoved, leftOut } = telling;
  const word = (id: string): MemberItem => {
    return { id, kind: view.kindOf(id), removed: !group.members.has(id) };
  };
  const former = tellsRemoved ? [...group.formerMembers] : [];
  const told = [...group.members].filter((id) => {
    // Lists leave out who is in the bin.
    const isTold = tellsRemoved || view.lifeOf(id) === 'live';
    if (!isTold) leftOut(id, group.id);
    return isTold;
  });
  const inSlices = slices(chance, [...new Set([...told, ...former])].map(word));
  return [groupItem(group), ...inSlices.map((each) => ({ ...groupItem(group), members: each }))];
}
