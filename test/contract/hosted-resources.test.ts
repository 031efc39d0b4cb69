import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHostedEntries } from '../../lib/app/hosted/hosted-directory.ts';
import { openHostedResources } from '../../lib/app/hosted/hosted-resources.ts';
import { markRanges, openOutbox } from '../../lib/app/hosted/outbox.ts';
import { openShard } from '../../lib/app/hosted/shard.ts';
import { openTables, type Tables } from '../../lib/azure/tables.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import type { EntryMark, MemberMark } from '../../lib/ports/outbox.ts';
import { openPurge } from '../../lib/state/purge.ts';
import { startTables } from '../../local/tables.ts';
import { TABLES } from '../properties/worker.ts';
import { change, groupDraft, successOf, userDraft } from './entry-store-fixture.ts';
import {
  all,
  type Directory,
  newGroup,
  newUser,
  storedOf,
  textOf,
  unheard,
} from './resource-store-fixture.ts';
import { describeMembers } from './resource-store-members.ts';
import { describeResources } from './resource-store-write.ts';
import { describeResourceWriters } from './resource-store-writers.ts';

let tables: Tables;
let service: Awaited<ReturnType<typeof startTables>>;
let shared: Directory;

beforeAll(async () => {
  service = await startTables();
  tables = openTables({ connectionString: service.connectionString });
  await tables.ensure(TABLES);
  shared = open();
});

afterAll(() => service.close());

function open(connectionId: string = randomUUID()): Directory {
  const shard = openShard(tables, connectionId);
  return {
    store: openHostedResources(shard),
    other: openHostedResources(openShard(tables, connectionId)),
    entries: openHostedEntries(shard),
    outbox: openOutbox(tables, connectionId),
  };
}

describeResources(() => shared);
describeMembers(() => shared);
describeResourceWriters(() => shared);

async function cost<T>(work: () => Promise<T>) {
  const before = telemetry.snapshot()['tables.transactions'] ?? 0;
  const value = await work();
  return { value, requests: (telemetry.snapshot()['tables.transactions'] ?? 0) - before };
}

describe('what a SCIM request costs, in table requests', () => {
  it('is the same for a member of a large group and of a small one', async () => {
    const directory = open();
    const { store } = directory;
    const ids: string[] = [];
    for (let at = 0; at < 1_001; at += 143) {
      const drafts = Array.from({ length: 143 }, () => userDraft(unheard('u')));
      ids.push(...(await directory.entries.create(drafts, 0)).map((one) => successOf(one).id));
    }
    const [late = '', ...others] = ids;
    const costs = [];
    for (const members of [others.slice(0, 5), others]) {
      const group = await newGroup(directory, members);
      const work = async (op: 'add' | 'remove') =>
        (await cost(() => store.changeMembers(group.id, [{ op, ids: [late] }], 'app'))).requests;
      costs.push({
        added: await work('add'),
        again: await work('add'),
        gone: await work('remove'),
      });
    }
    // Who is there; the member; the rows; the group's version; the member and the group as they are.
    expect(costs).toEqual(Array(2).fill({ added: 6, again: 2, gone: 4 }));
  });

  it('is one to write a user, two for a group, two to find either', async () => {
    const { store } = open();
    const made = await cost(() => store.create('user', { userName: unheard('u') }, 'app'));
    // Each of the 16 counters is read once.
    expect(made.requests).toBe(2);
    const user = storedOf(made.value);
    const titled = { ...user.resource, title: 't' };
    expect((await cost(() => store.replace(user, titled, 'app'))).requests).toBe(1);
    const found = await cost(() => store.find('user', 'userName', textOf(user, 'userName'), 2));
    expect([found.value.length, found.requests]).toEqual([1, 2]);
    expect((await cost(() => store.find('user', 'userName', 'nobody', 2))).requests).toBe(1);
    expect((await cost(() => store.count('user'))).requests).toBe(1);
    const group = await cost(() => store.create('group', { displayName: 'g' }, 'app'));
    expect(group.requests).toBeLessThanOrEqual(3);
  });
});

describe('a list', () => {
  it('goes on in the order of the ids, one request a page', async () => {
    const directory = open();
    const drafts = Array.from({ length: 7 }, () => userDraft(unheard('u')));
    const made = (await directory.entries.create(drafts, 0)).map((one) => successOf(one).id);
    await directory.entries.create([groupDraft('g')], 0);
    const ids = made.toSorted();
    const pages: string[][] = [];
    let from: string | undefined;
    do {
      const page = await cost(() => directory.store.list('user', from, 3));
      expect(page.requests).toBe(1);
      pages.push(page.value.resources.map(({ id }) => id));
      from = page.value.next;
    } while (from !== undefined);
    expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    const whole = await directory.store.list('user', undefined, 7);
    expect([whole.resources.length, whole.next]).toEqual([7, undefined]);
    expect(await directory.store.list('user', ids[6], 7)).toEqual({
      resources: [],
      next: undefined,
    });
    expect((await directory.store.list('group', undefined, 1_000)).resources).toHaveLength(1);
  });
});

describe('the outbox', () => {
  const entriesOf = async (directory: Directory, by: 'app' | 'entra' = 'app') =>
    (await all(directory.outbox.entries(by))).map(({ kind, id, removed }) => ({
      kind,
      id,
      removed,
    }));
  const membersOf = async (directory: Directory, by: 'app' | 'entra' = 'app') =>
    (await all(directory.outbox.members(by))).map(({ groupId, memberId, removed }) => ({
      groupId,
      memberId,
      removed,
    }));

  it('has what SCIM clients wrote, by who it was, and nothing of the sync', async () => {
    const directory = open();
    const { store, entries, outbox } = directory;
    const [synced] = await entries.create([userDraft('synced'), groupDraft('g')], 0);
    const { id } = successOf(synced);
    await entries.update([change(successOf(synced), { title: 't' })]);
    const user = await newUser(directory, { externalId: 'x' });
    const group = storedOf(
      await store.create('group', { displayName: 'Scim' }, 'entra', [user.id, id]),
    );
    const taken = await store.create('user', { userName: 'SYNCED' }, 'app');
    expect(taken.ok).toBe(false);
    expect(await entriesOf(directory)).toEqual([{ kind: 'user', id: user.id, removed: false }]);
    expect(await entriesOf(directory, 'entra')).toEqual([
      { kind: 'group', id: group.id, removed: false },
    ]);
    const pair = { groupId: group.id, removed: false };
    const added = [user.id, id].toSorted().map((memberId) => ({ ...pair, memberId }));
    expect(await membersOf(directory, 'entra')).toEqual(added);
    expect(await membersOf(directory)).toEqual([]);

    await store.changeMembers(group.id, [{ op: 'remove', ids: [id] }], 'app');
    await store.changeMembers(group.id, [{ op: 'remove', ids: [id] }], 'app');
    await store.changeMembers(group.id, [{ op: 'add', ids: [user.id] }], 'app');
    expect(await membersOf(directory)).toEqual([
      { groupId: group.id, memberId: id, removed: true },
    ]);
    await store.remove('user', user.id, 'app');
    expect(await all(outbox.entries('app'))).toEqual([
      {
        by: 'app',
        kind: 'user',
        id: user.id,
        removed: true,
        externalId: 'x',
        objectId: 'x',
        at: expect.stringMatching(/^20\d\d-.*Z$/),
        version: expect.any(String),
      },
    ]);
  });

  it('keeps what was written again before it was settled', async () => {
    const directory = open();
    const { store, outbox } = directory;
    const users = [await newUser(directory), await newUser(directory), await newUser(directory)];
    const group = await newGroup(
      directory,
      users.map(({ id }) => id),
    );
    const read: (EntryMark | MemberMark)[] = [
      ...(await all(outbox.entries('app'))),
      ...(await all(outbox.members('app'))),
    ];
    expect(read).toHaveLength(7);
    const [again, leaving] = users;
    if (!again || !leaving) throw new Error('three were made');
    storedOf(await store.replace(again, { ...again.resource, title: 't' }, 'app'));
    await store.changeMembers(group.id, [{ op: 'remove', ids: [leaving.id] }], 'app');
    await outbox.settle(read);
    expect(await entriesOf(directory)).toEqual([{ kind: 'user', id: again.id, removed: false }]);
    expect(await membersOf(directory)).toEqual([
      { groupId: group.id, memberId: leaving.id, removed: true },
    ]);
    await outbox.settle(read);
    const left = [...(await all(outbox.entries('app'))), ...(await all(outbox.members('app')))];
    expect(left).toHaveLength(2);
    await outbox.settle(left);
    expect([await entriesOf(directory), await membersOf(directory)]).toEqual([[], []]);
  });

  it('goes with its connection, and the directory stays', async () => {
    const [connectionId, neighbour] = [randomUUID(), open()];
    const directory = open(connectionId);
    const user = await newUser(directory);
    const group = await newGroup(directory, [user.id]);
    await newUser(neighbour);
    expect(await openPurge(tables, markRanges).purge(connectionId, () => false)).toBe(true);
    expect([await entriesOf(directory), await membersOf(directory)]).toEqual([[], []]);
    expect((await directory.store.read('user', [user.id])).size).toBe(1);
    expect(await all(directory.store.members(group.id))).toHaveLength(1);
    expect(await entriesOf(neighbour)).toHaveLength(1);
  });
});
