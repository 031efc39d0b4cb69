import type { Item, Kind, MemberItem, Properties } from '../sync/entry.ts';
import type { DeltaItem, ReadItem } from './item-schema.ts';
import { kindOf, type Link } from './link.ts';

/** Translates what Graph said of one object; nothing is added, and what was not said stays unsaid. */
export function toItem(kind: Kind, said: DeltaItem): Item {
  const links = said['members@delta'];
  const managers = said['manager@delta'];
  return {
    kind,
    id: said.id,
    ...(said['@removed'] && { removed: said['@removed'].reason }),
    properties: propertiesOf(said),
    ...(links && membersOf(links)),
    // An empty array says nothing: neither that somebody came nor that somebody went.
    ...(managers && managers.length > 0 && { manager: managerOf(managers) }),
  };
}

/**
 * An object that was read by id. A group's members are read apart from it.
 * @param hasManager whether a user was asked for with the manager
 */
export function toReadItem(kind: Kind, said: ReadItem, hasManager: boolean): Item {
  const { manager, ...own } = said;
  const item = { kind, id: said.id, properties: propertiesOf(own) };
  if (kind === 'group' || !hasManager) return item;
  // Who has no manager is shown without one (Graph docs: list users, "expand").
  return { ...item, manager: manager ? managerOf([manager]) : null };
}

/** Everything but the id and annotations, whose names hold an "@" (OData JSON format 4.01, 4.6). */
function propertiesOf(said: Omit<ReadItem, 'manager'>): Properties {
  const { onPremisesExtensionAttributes, ...own } = said;
  const pairs = Object.entries({ ...own, ...onPremisesExtensionAttributes }).filter(
    ([name, value]) => name !== 'id' && !name.includes('@') && !isUnsaid(name, value),
  );
  // Without the annotations only values are left, which the compiler cannot tell from names.
  return Object.fromEntries(pairs) as Properties;
}

/** An account is enabled or not: null is said of it only where a permission is missing. */
function isUnsaid(name: string, value: unknown): boolean {
  return name === 'accountEnabled' && value === null;
}

/** The reason of a taken away member says nothing: it is `deleted` even when the member lives on. */
export function membersOf(links: readonly Link[]): Pick<Item, 'members' | 'otherMembers'> {
  const members = links.flatMap((link): MemberItem[] => {
    const kind = kindOf(link);
    return kind ? [{ id: link.id, kind, removed: link['@removed'] !== undefined }] : [];
  });
  const others = links.length - members.length;
  return others === 0 ? { members } : { members, otherMembers: others };
}

/** A change of manager may come as one taken away and one added: the last that is left counts. */
function managerOf(links: readonly Link[]): string | null {
  const living = links.findLast((link) => link['@removed'] === undefined);
  // A contact can be a manager too, but has no counterpart that could be one.
  return living && kindOf(living) === 'user' ? living.id : null;
}
