import type { Attribute, Schema } from '../schema/attribute.ts';
import { EXTERNAL_ID } from '../schema/common.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import type { DiscoveryMeta } from './discovery-meta.ts';

/** A schema as clients discover it (RFC 7643 sections 7 and 8.7.2). */
export interface SchemaDocument extends Schema {
  readonly schemas: readonly string[];
  readonly meta: DiscoveryMeta;
}

/**
 * The documents of `/Schemas`, each schema once.
 * @param baseUrl where the protocol is spoken, without a slash at the end
 */
export function schemasOf(
  schemas: readonly ResourceSchema[],
  baseUrl: string,
): readonly SchemaDocument[] {
  const found = new Map<string, SchemaDocument>();
  for (const { core, extensions } of schemas) {
    found.set(core.id, documentOf(core, [EXTERNAL_ID, ...core.attributes], baseUrl));
    for (const one of extensions) found.set(one.id, documentOf(one, one.attributes, baseUrl));
  }
  return [...found.values()];
}

/**
 * Common attributes belong to every core schema unsaid (RFC 7643 section 3.1). But Entra maps into
 * `externalId`, and its validation misses each mapped attribute that no schema lists.
 */
function documentOf(
  { id, name, description }: Schema,
  attributes: readonly Attribute[],
  baseUrl: string,
): SchemaDocument {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    description,
    attributes,
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}
