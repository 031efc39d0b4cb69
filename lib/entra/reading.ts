import type { z } from 'zod';
import type { Kind } from '../sync/entry.ts';
import type { Selection } from '../sync/rules/properties.ts';
import { type DeltaItem, deltaItemSchema, type ReadItem, readItemSchema } from './item-schema.ts';
import { deltaSelect, readSelect } from './select.ts';

/** How objects of one kind are read: what is asked for, and what an answer may hold. */
export interface Reading {
  readonly kind: Kind;
  /** The values of `$select`. */
  readonly deltaSelect: string;
  readonly readSelect: string;
  /** Whether the manager, or the members, are read. */
  readonly hasRelationship: boolean;
  readonly deltaItem: z.ZodType<DeltaItem>;
  readonly readItem: z.ZodType<ReadItem>;
}

/**
 * Makes a selection ready, once for all requests.
 * @throws AppError `bad-configuration` where it names what is no property
 */
export function readingsOf(selection: Selection): Readonly<Record<Kind, Reading>> {
  return { user: readingOf('user', selection), group: readingOf('group', selection) };
}

function readingOf(kind: Kind, selection: Selection): Reading {
  return {
    kind,
    deltaSelect: deltaSelect(kind, selection),
    readSelect: readSelect(kind, selection),
    hasRelationship: selection.relationships[kind],
    deltaItem: deltaItemSchema(kind, selection),
    readItem: readItemSchema(kind, selection),
  };
}
