import type { ResourceSchema } from '../schema/resource-schema.ts';
import type { DiscoveryMeta } from './discovery-meta.ts';

/** A type of resource as clients discover it (RFC 7643 sections 6 and 8.6). */
export interface ResourceTypeDocument {
  readonly schemas: readonly string[];
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly schema: string;
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[];
  readonly meta: DiscoveryMeta;
}

/**
 * The documents of `/ResourceTypes`.
 * @param baseUrl where the protocol is spoken, without a slash at the end
 */
export function resourceTypes(
  schemas: readonly ResourceSchema[],
  baseUrl: string,
): readonly ResourceTypeDocument[] {
  return schemas.map(({ name, endpoint, core, extensions }) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    description: core.description,
    endpoint,
    schema: core.id,
    schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  }));
}
