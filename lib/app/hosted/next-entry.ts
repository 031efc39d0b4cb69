import { foldName } from '../../sync/fold-name.ts';
import { nameOf } from './names.ts';
import type { Shard } from './shard.ts';
import type { NewEntry, StoredEntry } from './stored-entry.ts';

/** What a write puts in the place of what an entry is. */
interface Content {
  readonly resource: NewEntry['resource'];
  readonly active: boolean;
  readonly externalId?: string | undefined;
  readonly managerId?: string | undefined;
}

/** An entry as a write leaves it: what it holds by name stays with the name. */
export function nextEntry(shard: Shard, before: StoredEntry, content: Content): NewEntry {
  const { kind } = before;
  const { externalId = '', active, managerId = '', resource } = content;
  return {
    kind,
    id: before.id,
    created: before.created,
    lastModified: new Date(shard.clock.now()).toISOString(),
    ...(externalId && { externalId }),
    ...(managerId && { managerId }),
    active: kind === 'group' || active,
    hasDisplayNameLookup: true,
    sharesExternalId: before.sharesExternalId && externalId === before.externalId,
    claimsDisplayName: before.claimsDisplayName && hasSameName(before, content),
    resource,
  };
}

/** Whether an entry is found by the same display name afterwards. */
export function hasSameName(
  before: Pick<StoredEntry, 'resource'>,
  after: Pick<StoredEntry, 'resource'>,
): boolean {
  const [old, current] = [before, after].map(({ resource }) =>
    foldName(nameOf(resource, 'displayName') ?? ''),
  );
  return old === current;
}
