import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Json, Kind } from '../sync/entry.ts';
import {
  isDirectoryExtension,
  isExtensionAttribute,
  type PropertyType,
  propertyNamed,
  type Selection,
} from '../sync/rules/properties.ts';
import { LINK, type Link } from './link.ts';

/** What any object holds: its id, and under their names the properties that were selected. */
interface Said {
  readonly id: string;
  /** Those of its values that were selected. */
  readonly onPremisesExtensionAttributes?: Readonly<Record<string, Json>> | undefined;
}

/** An object on a delta page as Graph sends it (Graph docs: delta query overview). */
export interface DeltaItem extends Said {
  readonly '@removed'?: { readonly reason: 'changed' | 'deleted' } | undefined;
  readonly 'members@delta'?: readonly Link[] | undefined;
  readonly 'manager@delta'?: readonly Link[] | undefined;
}

/** An object as Graph sends it when it is read by id (Graph docs: get user, get group). */
export interface ReadItem extends Said {
  readonly manager?: Link | null | undefined;
}

type Shape = Readonly<Record<string, z.ZodType>>;

const id = z.string().min(1).max(128);
const text = z.string().nullable();

const VALUE: Readonly<Record<PropertyType, z.ZodType<Json>>> = {
  text,
  flag: z.boolean().nullable(),
  texts: z.array(z.string()).nullable(),
  number: z.number().nullable(),
  time: text,
};

/** One value or a list of them; which, only the extension's definition says. */
const plain = z.union([z.string(), z.boolean(), z.number()]);
const extensionValue: z.ZodType<Json> = z.union([plain, z.array(plain)]).nullable();

/**
 * Reads objects of a kind on delta pages. Only what was selected comes through, whatever else Graph
 * sends along: it tells all directory extensions of a type where one of them has changed.
 * @throws AppError `bad-configuration` where the selection names what is no property
 */
export function deltaItemSchema(kind: Kind, selection: Selection): z.ZodType<DeltaItem> {
  const removed = z.object({ reason: z.enum(['changed', 'deleted']) }).optional();
  const links = z.array(LINK).optional();
  const relationship = kind === 'user' ? { 'manager@delta': links } : { 'members@delta': links };
  return withProperties(kind, selection, {
    '@removed': removed,
    ...(selection.relationships[kind] && relationship),
  });
}

/** As `deltaItemSchema`, for objects that are read by id; a group's members are read apart from it. */
export function readItemSchema(kind: Kind, selection: Selection): z.ZodType<ReadItem> {
  const hasManager = kind === 'user' && selection.relationships.user;
  return withProperties(kind, selection, hasManager ? { manager: LINK.nullish() } : {});
}

/** Lets the id, selected properties and these fields through. */
function withProperties(kind: Kind, selection: Selection, fields: Shape) {
  const names = selection.properties[kind];
  const extensions = names.filter(isDirectoryExtension);
  const object = z.object({ ...propertyShape(kind, names), ...fields, id });
  return extensions.length === 0 ? object : z.preprocess(respelling(extensions), object);
}

function propertyShape(kind: Kind, names: readonly string[]): Shape {
  const attributes = names.filter(isExtensionAttribute);
  const own = names.filter((name) => !isExtensionAttribute(name));
  return {
    ...Object.fromEntries(own.map((name) => [name, valueSchema(kind, name).optional()])),
    ...(attributes.length > 0 && {
      onPremisesExtensionAttributes: attributesSchema(kind, attributes),
    }),
  };
}

function valueSchema(kind: Kind, name: string): z.ZodType<Json> {
  if (isDirectoryExtension(name)) return extensionValue;
  const property = propertyNamed(kind, name);
  if (property.ok && property.name === name) return VALUE[property.type];
  throw new AppError('bad-configuration', `"${name}" is no property of ${kind}s that can be read`);
}

/** The whole may be null, which clears each of them. */
function attributesSchema(kind: Kind, names: readonly string[]) {
  const values = names.map((name) => [name, valueSchema(kind, name).optional()] as const);
  const cleared = Object.fromEntries(names.map((name) => [name, null]));
  return z
    .object(Object.fromEntries(values))
    .nullable()
    .transform((said) => said ?? cleared)
    .optional();
}

/**
 * Graph spells a directory extension as it was registered, and finds it under any case (Graph docs:
 * traverse the graph); nobody but Graph knows which.
 */
function respelling(extensions: readonly string[]) {
  const asked = new Map(extensions.map((name) => [name.toLowerCase(), name]));
  return (said: unknown): unknown => {
    if (typeof said !== 'object' || said === null || Array.isArray(said)) return said;
    const pairs = Object.entries(said);
    return Object.fromEntries(
      pairs.map(([name, value]) => [asked.get(name.toLowerCase()) ?? name, value]),
    );
  };
}
