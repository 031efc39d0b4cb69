import type { StoredResource } from '../../ports/resources.ts';
import type { Json } from '../../sync/entry.ts';
import { schemaUrns } from '../resource/schema-urns.ts';
import type { Provider } from './exchange.ts';
import { tagOf } from './version-tag.ts';

/** A resource with all that the protocol adds to it, before anything of it is left out. */
export type Document = Readonly<Record<string, Json>>;

/** A resource with what all have (RFC 7643 sections 3 and 3.1), without members and groups. */
export function documentOf(provider: Provider, stored: StoredResource): Document {
  const { id, kind, created, lastModified, version, resource } = stored;
  return {
    schemas: schemaUrns(resource, provider.schemas[kind]),
    id,
    ...resource,
    meta: {
      resourceType: provider.schemas[kind].name,
      created,
      lastModified,
      version: tagOf(version),
      location: locationOf(provider, stored),
    },
  };
}

/** The address of a resource. */
export function locationOf(
  { base, schemas }: Provider,
  { kind, id }: Pick<StoredResource, 'kind' | 'id'>,
): string {
  return `${base}${schemas[kind].endpoint}/${id}`;
}

/** The members of a group as they stand in it (RFC 7643 section 4.2). */
export async function membersOf(provider: Provider, groupId: string): Promise<Json[]> {
  const members: Json[] = [];
  for await (const page of provider.store.members(groupId))
    for (const { id, kind } of page)
      members.push({
        value: id,
        $ref: locationOf(provider, { kind, id }),
        type: provider.schemas[kind].name,
      });
  return members;
}

/** The groups that a user or a group is a direct member of (RFC 7643 section 4.1.2). */
export async function groupsOf(provider: Provider, memberId: string): Promise<Json[]> {
  const groups: Json[] = [];
  for await (const page of provider.store.groupsOf(memberId)) {
    const found = await provider.store.read('group', page);
    for (const { id, resource } of found.values())
      groups.push({
        value: id,
        $ref: locationOf(provider, { kind: 'group', id }),
        ...(resource.displayName !== undefined && { display: resource.displayName }),
        type: 'direct',
      });
  }
  return groups;
}
