import { randomUUID } from 'node:crypto';
import type { Draft, Outcome } from '../../ports/application.ts';
import { checked } from './check-entry.ts';
import { commitCreations } from './commit-writes.ts';
import { withAttributes } from './flat-attributes.ts';
import { type PlannedWrite, planWrite } from './plan-write.ts';
import type { Shard } from './shard.ts';
import type { NewEntry, StoredEntry } from './stored-entry.ts';

/** Creates entries with their claims and look-ups; outcomes in the drafts' order. */
export async function createEntries(
  shard: Shard,
  drafts: readonly Draft[],
  slot: number,
): Promise<readonly Outcome<StoredEntry>[]> {
  const outcomes: Outcome<StoredEntry>[] = [];
  const writes: PlannedWrite[] = [];
  for (const [at, draft] of drafts.entries()) {
    const after = checked(() => entryOf(shard, draft));
    if ('ok' in after) outcomes[at] = after;
    else writes.push(planWrite(shard, { at, before: undefined, after, by: undefined }));
  }
  for (const kind of ['user', 'group'] as const) {
    const own = writes.filter((write) => write.after.kind === kind);
    await commitCreations(shard, { kind, slot, outcomes }, own);
  }
  return outcomes;
}

function entryOf(shard: Shard, { kind, externalId, active, attributes }: Draft): NewEntry {
  return {
    ...newEntry(shard, kind),
    ...(externalId && { externalId }),
    active: kind === 'group' || active,
    resource: withAttributes({}, attributes, [], shard.schemas[kind]),
  };
}

/** What every new entry begins with. */
export function newEntry(shard: Shard, kind: NewEntry['kind']) {
  const time = new Date(shard.clock.now()).toISOString();
  return {
    kind,
    id: randomUUID(),
    created: time,
    lastModified: time,
    hasDisplayNameLookup: true,
    sharesExternalId: false,
    claimsDisplayName: false,
  };
}
