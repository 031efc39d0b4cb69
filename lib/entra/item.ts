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

/** The end of a relationship, added or taken away. */
const linkSchema = z.object({
  '@odata.type': z.string(),
  id,
  '@removed': z.object({}).optional(),
});
type Link = z.infer<typeof linkSchema>;

const commonFields = {
  id,
  '@removed': z.object({ reason: z.enum(['changed', 'deleted']) }).optional(),
  'members@delta': z.array(linkSchema).optional(),
  'manager@delta': z.array(linkSchema).optional(),
};

function deltaItemSchema(kind: Kind) {
  const properties = Object.entries<PropertyType>(SELECTED[kind]);
  const shape = Object.fromEntries(
    properties.map(([name, type]) => [name, known[type].optional()]),
  );
  return z.object({ ...shape, ...commonFields }).catchall(otherProperty);
}

/** An object on a delta page as Graph sends it (Graph docs: delta query overview), by kind. */
export const DELTA_ITEM = { user: deltaItemSchema('user'), group: deltaItemSchema('group') };
export type DeltaItem = z.infer<(typeof DELTA_ITEM)[Kind]>;

const MEMBER_KINDS: ReadonlyMap<string, Kind> = new Map([
  ['#microsoft.graph.user', 'user'],
  ['#microsoft.graph.group', 'group'],
]);

function kindOf(link: Link): Kind | undefined {
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

/** Everything but the id and annotations, whose names hold an "@" (OData JSON format 4.01, 4.6). */
function propertiesOf(said: DeltaItem): Properties {
  const pairs = Object.entries(said).filter(([name]) => name !== 'id' && !name.includes('@'));
  // Without the annotations only values are left, which the compiler cannot tell from names.
  return Object.fromEntries(pairs) as Properties;
}

/** The reason of a taken away member says nothing: it is `deleted` even when the member lives on. */
function membersOf(links: readonly Link[]): Pick<Item, 'members' | 'otherMembers'> {
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
