import type { DirectoryObject, Json, Properties } from '../directory/directory-object.ts';
import { badRequest } from './graph-error.ts';

const NAME = 'onPremisesExtensionAttributes';
const LIMIT = 1024;

/** All fifteen, none of them set (Graph docs: onPremisesExtensionAttributes resource type). */
export const NO_EXTENSION_ATTRIBUTES: Properties = Object.fromEntries(
  Array.from({ length: 15 }, (_, at) => [`extensionAttribute${String(at + 1)}`, null]),
);

/** Refuses what is no extension attribute, or no text. Throws GraphError 400. */
export function checkExtensionAttributes(values: Properties): void {
  for (const [name, value] of Object.entries(partsOf(values[NAME]))) {
    const isText = typeof value === 'string' && value !== '' && value.length <= LIMIT;
    if (!Object.hasOwn(NO_EXTENSION_ATTRIBUTES, name) || !(isText || value === null))
      throw badRequest(`Invalid value specified for property '${NAME}' of resource 'User'.`);
  }
}

/**
 * Values to write, with extension attributes made whole: those that are not named stay as they are,
 * and all fifteen show from then on.
 */
export function withWholeAttributes(values: Properties, owner?: DirectoryObject): Properties {
  const given = values[NAME];
  if (given === undefined) return values;
  const before = given === null ? {} : partsOf(owner?.state.properties[NAME]);
  return { ...values, [NAME]: { ...NO_EXTENSION_ATTRIBUTES, ...before, ...partsOf(given) } };
}

/** The parts of a value that has them; none of another. */
export function partsOf(value: Json | undefined): Properties {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
