import { randomInt } from 'node:crypto';
import type { Outcome } from '../../ports/application.ts';
import type { StoredResource, Writer, Written } from '../../ports/resources.ts';
import type { Resource } from '../../scim/schema/resource-schema.ts';
import type { Kind } from '../../sync/entry.ts';
import { checked } from './check-entry.ts';
import { ALIAS_HELD } from './clash.ts';
import { commitCreations, commitUpdates } from './commit-writes.ts';
import { newEntry } from './create-entries.ts';
import { displayNameKey, idOfLookup, startingWith } from './keys.ts';
import { unknownOf } from './known-attributes.ts';
import { nameOf } from './names.ts';
import { hasSameName, nextEntry } from './next-entry.ts';
import { planWrite, type Write } from './plan-write.ts';
import { entriesAt } from './read-entries.ts';
import { toColumns, toStoredResource } from './resource-columns.ts';
import type { Shard } from './shard.ts';
import type { NewEntry, StoredEntry } from './stored-entry.ts';

/** Counters of a kind: a SCIM client has no lane of its own, so it takes any. */
const SLOTS = 16;

export function anySlot(): number {
  return randomInt(SLOTS);
}

/** Creates one entry for a SCIM client. */
export async function createResource(
  shard: Shard,
  kind: Kind,
  resource: Resource,
  by: Writer,
): Promise<Written> {
  const { active = true, ...columns } = toColumns(kind, resource);
  const after: NewEntry = {
    ...newEntry(shard, kind),
    ...columns,
    active,
    claimsDisplayName: kind === 'group',
  };
  return write(shard, { at: 0, before: undefined, after, by });
}

/** Puts a resource in the place of an entry, at the version that it was read at. */
export async function replaceResource(
  shard: Shard,
  { kind, id, version }: StoredResource,
  resource: Resource,
  by: Writer,
): Promise<Written> {
  const before = (await entriesAt(shard, kind, [{ id, version }])).get(id);
  if (!before) return { ok: false, reason: 'missing' };
  if (before.version !== version) return { ok: false, reason: 'changed' };
  const columns = toColumns(kind, resource);
  // One who was switched off does not come back because a client left the attribute out.
  const content = {
    ...columns,
    resource: { ...columns.resource, ...unknownOf(before.resource, shard.schemas[kind]) },
    active: columns.active ?? before.active,
  };
  const next = nextEntry(shard, before, content);
  const isRenamed = kind === 'group' && !hasSameName(before, next);
  const after = isRenamed ? { ...next, claimsDisplayName: true } : next;
  return write(shard, { at: 0, before, after, by });
}

async function write(shard: Shard, change: Write): Promise<Written> {
  const { before } = change;
  const after = checked(() => change.after);
  if ('ok' in after) return toWritten(shard, after);
  const { kind } = after;
  if (await isNameTaken(shard, before, after)) return { ok: false, reason: 'taken' };
  const outcomes: Outcome<StoredEntry>[] = [];
  const planned = [planWrite(shard, change)];
  if (before) await commitUpdates(shard, { kind, outcomes }, planned);
  else await commitCreations(shard, { kind, slot: anySlot(), outcomes }, planned);
  return toWritten(shard, outcomes[0]);
}

/**
 * Whether a group has the name that this one is to get. The claim decides between SCIM clients; groups
 * of the sync claim none, because Entra lets them share a name, and are found by their look-ups.
 */
async function isNameTaken(
  { directory, partitionKey }: Shard,
  before: StoredEntry | undefined,
  after: NewEntry,
): Promise<boolean> {
  const name = nameOf(after.resource, 'displayName');
  const isNew = after.claimsDisplayName && !(before && hasSameName(before, after));
  if (!isNew || name === undefined) return false;
  const prefix = startingWith(displayNameKey('group', name, ''));
  const range = { partitionKey, ...prefix, select: ['v'], pageSize: 1 };
  for await (const page of directory.range(range))
    if (page.some(({ rowKey }) => idOfLookup(rowKey) !== after.id)) return true;
  return false;
}

function toWritten(shard: Shard, outcome: Outcome<StoredEntry> | undefined): Written {
  if (!outcome) return { ok: false, reason: 'missing' };
  if (outcome.ok) {
    const { value } = outcome;
    return { ok: true, stored: toStoredResource(value, shard.schemas[value.kind]) };
  }
  const { detail } = outcome;
  const reason = detail === ALIAS_HELD ? 'taken' : outcome.reason;
  return { ok: false, reason, ...(detail !== undefined && { detail }) };
}
