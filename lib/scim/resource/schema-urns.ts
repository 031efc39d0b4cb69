import type { Resource, ResourceSchema } from '../schema/resource-schema.ts';
import { isEmpty } from './is-empty.ts';

/**
 * What stands in `schemas`: the core schema's URN, and that of each extension of which the resource
 * has something (RFC 7643 section 3).
 */
export function schemaUrns(document: Resource, { core, extensions }: ResourceSchema): string[] {
  const urns = extensions.map(({ id }) => id).filter((id) => !isEmpty(document[id]));
  return [core.id, ...urns];
}
