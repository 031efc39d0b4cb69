import { z } from 'zod';

/** What takes part in the sync. */
export type Kind = 'user' | 'group';

/** The two directories that a connection ties together. */
export type Side = 'entra' | 'app';

/** A value of an attribute. Multi-valued ones are sets: their order means nothing. */
export type Value = string | boolean | readonly string[];

/** The values of an attribute, one by one; none where it is empty or a flag. */
export function valuesOf(value: Value | null | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? value : [];
}

/**
 * Attributes under SCIM names, flat: `userName`, `name.givenName`, `emails[type eq "work"].value`,
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`. A name that is absent
 * is empty: null, "" and [] do not occur in here.
 */
export type Attributes = Readonly<Record<string, Value>>;

/** A user or a group as a directory holds it now. */
export interface Entry {
  readonly kind: Kind;
  /** The directory's own id. */
  readonly id: string;
  /** The id of its twin on the other side, where the directory carries one (SCIM externalId). */
  readonly externalId?: string;
  /** Always true for groups. */
  readonly active: boolean;
  readonly attributes: Attributes;
  /** Opaque; changes with every write. Given back as the condition of an update. */
  readonly version: string;
}

const jsonSchema = z.json();
/** A property's value as Graph sends it. */
export type Json = z.infer<typeof jsonSchema>;

/** Properties under the source's own names. Absent = no information, null = cleared. */
export type Properties = Readonly<Record<string, Json>>;

/** One member in a group's item. */
const memberItemSchema = z.object({
  id: z.string().min(1).max(128),
  kind: z.enum(['user', 'group']),
  removed: z.boolean(),
});
export type MemberItem = z.infer<typeof memberItemSchema>;

/**
 * What a side says of one object on one page of its changes: perhaps only a part of it, perhaps a
 * repetition. `removed` is Graph's reason: `changed` = soft-deleted, `deleted` = gone for good
 * (Graph docs: delta query overview). Also the shape in which items travel on the bus.
 */
export const itemSchema = z.object({
  kind: z.enum(['user', 'group']),
  id: z.string().min(1).max(128),
  removed: z.enum(['changed', 'deleted']).optional(),
  properties: z.record(z.string(), jsonSchema),
  /** A slice of the member changes; never the whole membership. */
  members: z.array(memberItemSchema).optional(),
  /** How many members were neither users nor groups: they are counted, not kept. */
  otherMembers: z.number().int().nonnegative().optional(),
  /** There only when the side said something of the manager; null = has none now. */
  manager: z.string().max(128).nullable().optional(),
  /** The properties are too large for a message, and left out. */
  oversized: z.boolean().optional(),
});
export type Item = z.infer<typeof itemSchema>;
