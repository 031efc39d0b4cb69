import type { StoredResource } from '../../ports/resources.ts';
import { isObject } from '../../scim/resource/located-value.ts';
import { ENTERPRISE_USER } from '../../scim/schema/enterprise-user.ts';
import type { Resource, ResourceSchema } from '../../scim/schema/resource-schema.ts';
import type { Json, Kind } from '../../sync/entry.ts';
import { knownOf } from './known-attributes.ts';
import type { NewEntry, StoredEntry } from './stored-entry.ts';

const ENTERPRISE = ENTERPRISE_USER.id;

/** A resource with what of it stands in columns of its own. */
type Columns = Pick<NewEntry, 'resource' | 'externalId' | 'managerId'> & {
  /** Undefined where the resource does not say. */
  readonly active: boolean | undefined;
};

/** Takes a resource of the protocol apart. */
export function toColumns(kind: Kind, whole: Resource): Columns {
  const { externalId, active, ...resource } = whole;
  const id = typeof externalId === 'string' ? { externalId } : {};
  if (kind === 'group') return { ...id, active: true, resource };
  return {
    ...id,
    ...withoutManager(resource),
    active: typeof active === 'boolean' ? active : undefined,
  };
}

/** Puts a resource together as the protocol has it. */
export function toStoredResource(stored: StoredEntry, schema: ResourceSchema): StoredResource {
  const { kind, id, version, created, lastModified, externalId, active } = stored;
  const resource = {
    ...withManager(knownOf(stored.resource, schema), stored.managerId),
    ...(externalId !== undefined && { externalId }),
    ...(kind === 'user' && { active }),
  };
  return { kind, id, version, created, lastModified, resource };
}

/** The manager is a column because the sync sets it without reading the user. */
function withoutManager(resource: Resource): Pick<Columns, 'resource' | 'managerId'> {
  const { [ENTERPRISE]: extension, ...others } = resource;
  if (!isObject(extension)) return { resource };
  const { manager, ...rest } = extension;
  const kept = Object.keys(rest).length > 0 ? { ...others, [ENTERPRISE]: rest } : others;
  const managerId = isObject(manager) ? manager.value : undefined;
  return { resource: kept, ...(typeof managerId === 'string' && { managerId }) };
}

function withManager(resource: Resource, managerId: string | undefined): Resource {
  if (managerId === undefined) return resource;
  const extension = resource[ENTERPRISE];
  const manager: Json = { value: managerId };
  return { ...resource, [ENTERPRISE]: { ...(isObject(extension) && extension), manager } };
}
