import type { DirectoryObject, Json, ObjectState, Properties } from './directory-object.ts';

/** A property's value, or a part of it: `employeeOrgData/division`. */
export function valueAt(properties: Properties, path: string): Json | undefined {
  const [name = '', ...parts] = path.split('/');
  let value: Json | undefined = properties[name];
  for (const part of parts) value = partOf(value, part);
  return value;
}

function partOf(value: Json | undefined, part: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
  return isObject ? (value as Properties)[part] : undefined;
}

function keysOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value.toLowerCase()];
  if (!Array.isArray(value)) return [];
  return value.filter((entry) => typeof entry === 'string').map((entry) => entry.toLowerCase());
}

/**
 * Finds objects of one kind by a property's value, without case. An index is built the first time
 * a property is asked for and kept up to date from then on, so that no lookup slows down with the
 * size of the tenant.
 */
export class PropertyIndex {
  readonly #indexes = new Map<string, Map<string, DirectoryObject[]>>();
  readonly #objects: readonly DirectoryObject[];

  /** `objects` may grow later; each newcomer is then announced by `moved`. */
  constructor(objects: readonly DirectoryObject[]) {
    this.#objects = objects;
  }

  /** Deleted objects are found too. */
  find(property: string, value: string): readonly DirectoryObject[] {
    return this.#index(property).get(value.toLowerCase()) ?? [];
  }

  /** An object went from one version to another; undefined = it did not exist. */
  moved(object: DirectoryObject, before: ObjectState | undefined, after: ObjectState): void {
    for (const [property, index] of this.#indexes) {
      const old = before && valueAt(before.properties, property);
      const fresh = valueAt(after.properties, property);
      if (old === fresh) continue;
      for (const key of keysOf(old)) remove(index, key, object);
      for (const key of keysOf(fresh)) add(index, key, object);
    }
  }

  #index(property: string): Map<string, DirectoryObject[]> {
    const known = this.#indexes.get(property);
    if (known !== undefined) return known;
    const index = new Map<string, DirectoryObject[]>();
    for (const object of this.#objects) {
      for (const key of keysOf(valueAt(object.state.properties, property))) add(index, key, object);
    }
    this.#indexes.set(property, index);
    return index;
  }
}

function add(index: Map<string, DirectoryObject[]>, key: string, object: DirectoryObject): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, [object]);
  else if (!found.includes(object)) found.push(object);
}

function remove(index: Map<string, DirectoryObject[]>, key: string, object: DirectoryObject): void {
  const rest = index.get(key)?.filter((other) => other !== object) ?? [];
  if (rest.length === 0) index.delete(key);
  else index.set(key, rest);
}
