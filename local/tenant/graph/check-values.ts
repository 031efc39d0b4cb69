import { z } from 'zod';
import type { DirectoryObject, Json, ObjectKind } from '../directory/directory-object.ts';
import { badRequest } from './graph-error.ts';
import { type PropertyRule, propertyRule } from './properties.ts';

const bodySchema = z.record(z.string(), z.json());

const FITS: Readonly<Record<PropertyRule['type'], (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  strings: (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
  object: (value) => typeof value === 'object' && !Array.isArray(value),
  objects: (value) => Array.isArray(value),
  // A directory extension is of the type it was registered with, which nobody does here.
  extension: (value) => (Array.isArray(value) ? value : [value]).every(isPlain),
};

const isPlain = (value: Json): boolean => typeof value !== 'object';

const RESOURCE: Readonly<Record<ObjectKind, string>> = {
  user: 'User',
  group: 'Group',
  device: 'Device',
};

/** The body as a record. Throws GraphError 400. */
export function bodyRecord(body: unknown): Readonly<Record<string, Json>> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw badRequest('A JSON object was expected as the request body.');
  return parsed.data;
}

/** Refuses values that the resource does not take. Throws GraphError 400. */
export function checkValues(kind: ObjectKind, values: Readonly<Record<string, Json>>): void {
  for (const [name, value] of Object.entries(values)) {
    const rule = propertyRule(kind, name);
    if (rule === undefined) throw badRequest(`Invalid property '${name}'.`);
    if (rule.isReadOnly === true) {
      throw badRequest(`Property '${name}' is read-only and cannot be set.`);
    }
    if (!isAllowed(rule, value)) {
      throw badRequest(
        `Invalid value specified for property '${name}' of resource '${RESOURCE[kind]}'.`,
      );
    }
  }
}

function isAllowed(rule: PropertyRule, value: Json): boolean {
  if (value === null) return rule.isRequired !== true;
  if (!FITS[rule.type](value)) return false;
  const entries = Array.isArray(value) ? value : [value];
  const { most = Number.POSITIVE_INFINITY } = rule;
  return entries.length <= most && entries.every((entry) => isWithin(rule, entry));
}

function isWithin({ limit = Number.POSITIVE_INFINITY }: PropertyRule, entry: Json): boolean {
  return typeof entry !== 'string' || (entry !== '' && entry.length <= limit);
}

/** Refuses writing what is kept on premises. Throws GraphError 400. */
export function checkNotSynced(object: DirectoryObject): void {
  if (object.state.properties.onPremisesSyncEnabled !== true) return;
  throw badRequest(
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
  );
}
