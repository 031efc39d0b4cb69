import { z } from 'zod';
import type { Item, Kind, MemberItem, Properties } from '../sync/entry.ts';
import { type PropertyType, SELECTED } from './select.ts';

const id = z.string().min(1).max(128);

type Json = Properties[string];
const LEVELS = 6;

/** What was not selected may come along all the same; but not nested without end. */
const otherProperty = z.custom<Json>((value) => isNestedWithin(value, LEVELS));

const known: Readonly<Record<PropertyType, z.ZodType<string | boolean | string[] | null>>> = {
  text: z.string().nullable(),
  flag: z.boolean().nullable(),
  texts: z.array(z.string()).nullable(),
};

function isNestedWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isNestedWithin(inner, levels - 1));
}

/** The end of a relationship, added or taken away, or any object of which only that is asked. */
export const LINK = z.object({
  '@odata.type': z.string(),
  id,
  '@removed': z.object({}).optional(),
});
export type Link = z.infer<typeof LINK>;

const deltaFields = {
  id,
  '@removed': z.object({ reason: z.enum(['changed', 'deleted']) }).optional(),
  'members@delta': z.array(LINK).optional(),
  'manager@delta': z.array(LINK).optional(),
};

const readFields = { id, manager: LINK.nullish() };

function propertyShape(kind: Kind) {
  const properties = Object.entries<PropertyType>(SELECTED[kind]);
  return Object.fromEntries(properties.map(([name, type]) => [name, known[type].optional()]));
}

function deltaItemSchema(kind: Kind) {
  return z.object({ ...propertyShape(kind), ...deltaFields }).catchall(otherProperty);
}

function readItemSchema(kind: Kind) {
  return z.object({ ...propertyShape(kind), ...readFields }).catchall(otherProperty);
}

/** An object on a delta page as Graph sends it (Graph docs: delta query overview), by kind. */
export const DELTA_ITEM = { user: deltaItemSchema('user'), group: deltaItemSchema('group') };
export type DeltaItem = z.infer<(typeof DELTA_ITEM)[Kind]>;

/** An object as Graph sends it when it is read by id (Graph docs: get user, get group), by kind. */
export const READ_ITEM = { user: readItemSchema('user'), group: readItemSchema('group') };
export type ReadItem = z.infer<(typeof READ_ITEM)[Kind]>;

const MEMBER_KINDS: ReadonlyMap<string, Kind> = new Map([
  ['#microsoft.graph.user', 'user'],
  ['#microsoft.graph.group', 'group'],
]);

/** The kind of an object by its type; undefined for those that take no part in the sync. */
export function kindOf(link: Link): Kind | undefined {
  return MEMBER_KINDS.get(link['@odata.type'].toLowerCase());
}

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

/** An object that was read by id. A group's members are read apart from it. */
export function toReadItem(kind: Kind, said: ReadItem): Item {
  const { manager, ...own } = said;
  const item = { kind, id: said.id, properties: propertiesOf(own) };
  if (kind === 'group') return item;
  // Who has no manager is shown without one (Graph docs: list users, "expand").
  return { ...item, manager: manager ? managerOf([manager]) : null };
}

/** Everything but the id and annotations, whose names hold an "@" (OData JSON format 4.01, 4.6). */
function propertiesOf(said: Readonly<Record<string, unknown>>): Properties {
  const pairs = Object.entries(said).filter(
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
