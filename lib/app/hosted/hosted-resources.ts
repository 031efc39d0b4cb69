import type { ResourceStore } from '../../ports/resources.ts';
import { changeMembers } from './change-members.ts';
import { readCounts } from './counters.ts';
import { findResources } from './find-resources.ts';
import { listResources } from './list-resources.ts';
import { readEntries } from './read-entries.ts';
import { groupsOf, membersAmong, membersOf } from './read-members.ts';
import { removeEntries } from './remove-entries.ts';
import { toStoredResource } from './resource-columns.ts';
import type { Shard } from './shard.ts';
import type { StoredEntry } from './stored-entry.ts';
import { anySlot, createResource, replaceResource } from './write-resources.ts';

/** The directory as the SCIM service provider has it. */
export function openHostedResources(shard: Shard): ResourceStore {
  const whole = (stored: StoredEntry) => toStoredResource(stored, shard.schemas[stored.kind]);
  return {
    read: async (kind, ids) => {
      const entries = await readEntries(shard, kind, [...new Set(ids)]);
      return new Map([...entries].map(([id, stored]) => [id, whole(stored)]));
    },
    find: async (kind, by, value, most) =>
      (await findResources(shard, { kind, by, value, most })).map(whole),
    list: (kind, from, size) => listResources(shard, { kind, from, size }),
    count: async (kind) => {
      const { users, groups } = await readCounts(shard.directory, shard.partitionKey);
      return kind === 'user' ? users : groups;
    },
    create: async (kind, resource, by, members = []) => {
      const written = await createResource(shard, kind, resource, by);
      if (!written.ok || kind === 'user' || members.length === 0) return written;
      // A crash before this leaves the group without them: the client's retry finds it `taken`, and
      // the store repairs nothing, because it cannot tell that from a group whose members left.
      const changes = [{ op: 'add' as const, ids: members }];
      const group = await changeMembers(shard, written.stored.id, changes, by);
      return group ? { ok: true, stored: whole(group) } : written;
    },
    replace: (before, resource, by) => replaceResource(shard, before, resource, by),
    remove: async (kind, id, by, version) => {
      const condition = version === undefined ? {} : { version };
      const removal = { kind, ids: [id], slot: anySlot(), by, ...condition };
      return (await removeEntries(shard, removal)).get(id) ?? 'missing';
    },
    members: (groupId, after) => membersOf(shard, groupId, after),
    membersAmong: (groupId, ids) => membersAmong(shard, groupId, ids),
    groupsOf: (memberId) => groupsOf(shard, memberId),
    changeMembers: async (groupId, changes, by) => {
      const group = await changeMembers(shard, groupId, changes, by);
      return group && whole(group);
    },
  };
}
