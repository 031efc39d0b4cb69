import type { Resource, ResourceSchema } from '../../scim/schema/resource-schema.ts';

/** What the schema knows of a resource: all that a SCIM client may see. */
export function knownOf(resource: Resource, schema: ResourceSchema): Resource {
  const names = Object.keys(resource);
  if (names.every((name) => isKnown(name, schema))) return resource;
  return part(resource, (name) => isKnown(name, schema));
}

/** What the sync wrote beside it, see `withAttributes`: no SCIM client can mean to take it away. */
export function unknownOf(resource: Resource, schema: ResourceSchema): Resource {
  return part(resource, (name) => !isKnown(name, schema));
}

function part(resource: Resource, isWanted: (name: string) => boolean): Resource {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isWanted(name)));
}

/** In just this spelling. */
function isKnown(name: string, schema: ResourceSchema): boolean {
  const located = schema.find(undefined, name);
  return located ? located.attribute.name === name : schema.urnOf(name) === name;
}
