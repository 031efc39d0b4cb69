import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import { DIRECTORY_TABLE, MEMBERS_TABLE } from '../../lib/app/hosted/shard.ts';
import { openTables, type Tables } from '../../lib/azure/tables.ts';
import { telemetry } from '../../lib/azure/telemetry.ts';
import { startTables } from '../../local/tables.ts';
import { describeEntryStore } from './entry-store.ts';
import { change, groupDraft, successOf, userDraft } from './entry-store-fixture.ts';

let tables: Tables;
let service: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  service = await startTables();
  tables = openTables({ connectionString: service.connectionString });
  await tables.ensure([DIRECTORY_TABLE, MEMBERS_TABLE]);
});

afterAll(() => service.close());

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

describeEntryStore('the hosted directory', async () => {
  const connectionId = randomUUID();
  const listing = openHostedListing(tables, connectionId);
  return {
    store: openHostedDirectory(tables, connectionId),
    other: openHostedDirectory(tables, connectionId),
    entries: (kind) => collect(listing.listEntries(kind)),
    memberships: async () => {
      const pairs = await collect(listing.listMemberships());
      return pairs.map(({ groupId, memberId }) => `${groupId}>${memberId}`).sort();
    },
    counts: () => listing.counts(),
  };
});

describe('the cost of the hosted directory, in table requests', () => {
  const connectionId = randomUUID();
  const cost = async <T>(work: () => Promise<T>) => {
    const before = telemetry.snapshot()['tables.transactions'] ?? 0;
    const value = await work();
    return { value, requests: (telemetry.snapshot()['tables.transactions'] ?? 0) - before };
  };

  it('is one for 19 new users, one for an update after its read, and one for 50 memberships', async () => {
    const store = openHostedDirectory(tables, connectionId);
    await store.create([userDraft('first@x.example')], 1);
    const drafts = Array.from({ length: 19 }, (_, n) => userDraft(`u${n}@x.example`));
    const created = await cost(() => store.create(drafts, 1));
    expect(created.requests).toBe(1);
    const users = created.value.map(successOf);

    const fresh = openHostedDirectory(tables, connectionId);
    const id = users[0]?.id ?? '';
    const read = await cost(() => fresh.read('user', [id]));
    expect(read.requests).toBe(1);
    const version = read.value.get(id)?.version ?? '';
    const set = { userName: 'renamed@x.example', title: 'x' };
    const updated = await cost(() => fresh.update([{ kind: 'user', id, version, set, clear: [] }]));
    expect(updated.requests).toBe(1);

    const groups = (
      await store.create(
        ['a', 'b', 'c'].map((name) => groupDraft(name)),
        1,
      )
    ).map(successOf);
    const pairs = groups.flatMap((group) =>
      users.map((user) => ({ groupId: group.id, memberId: user.id, memberKind: 'user' as const })),
    );
    const added = await cost(() => store.addMembers(pairs.slice(0, 50)));
    expect(added.requests).toBe(1);
  });

  it('is one for few values of a look-up or 12 of a claim, and one for 12 entries found', async () => {
    const store = openHostedDirectory(tables, connectionId);
    const drafts = Array.from({ length: 12 }, (_, n) => userDraft(`m${n}@x.example`));
    await store.create(drafts, 3);
    const names = drafts.map((draft) => String(draft.attributes.userName));
    const claims = await cost(() => store.match('user', 'userName', names));
    expect([claims.value.size, claims.requests]).toEqual([12, 2]);
    const one = await cost(() => store.match('user', 'displayName', names.slice(0, 1)));
    expect([one.value.size, one.requests]).toEqual([1, 2]);
    // A small directory is read on in key order.
    const many = await cost(() => store.match('user', 'displayName', names));
    expect([many.value.size, many.requests]).toEqual([12, 2]);
    const none = await cost(() => store.match('user', 'displayName', ['nobody']));
    expect([none.value.size, none.requests]).toEqual([0, 1]);
  });

  it('is 8 for a repeated batch of 20', async () => {
    const store = openHostedDirectory(tables, connectionId);
    const drafts = Array.from({ length: 20 }, (_, n) => userDraft(`rep${n}@x.example`));
    await store.create(drafts, 2);
    const again = await cost(() => store.create(drafts, 2));
    expect(again.value.every((outcome) => !outcome.ok && outcome.reason === 'taken')).toBe(true);
    expect(again.requests).toBeLessThanOrEqual(8);
  });
});

describe('a user of before there were look-ups by display name', () => {
  it('gets one with its next change, whatever that is', async () => {
    const connectionId = randomUUID();
    const store = openHostedDirectory(tables, connectionId);
    const users = (
      await store.create(
        ['renamed', 'retitled', 'removed'].map((name) => userDraft(`${name}@x.example`)),
        0,
      )
    ).map(successOf);
    const directory = tables.table(DIRECTORY_TABLE);
    const partitionKey = `${connectionId}:0`;
    for await (const page of directory.range({ partitionKey, from: 'dn:', to: 'dn;' }))
      await directory.write(page.map((row) => ({ op: 'delete', row })));
    for await (const page of directory.range({ partitionKey, from: 'u:', to: 'u;' }))
      await directory.write(
        page.map((row) => {
          const old = { ...row, byDisplayName: undefined, etag: undefined };
          return { op: 'replace', row: old, etag: row.etag };
        }),
      );
    const names = ['renamed@x.example', 'retitled@x.example', 'removed@x.example', 'New'];
    const found = async () => [...(await fresh.match('user', 'displayName', names)).keys()];

    const fresh = openHostedDirectory(tables, connectionId);
    expect(await found()).toEqual([]);
    const before = await fresh.read(
      'user',
      users.map(({ id }) => id),
    );
    const [renamed, retitled, removed] = users.map(({ id }) => before.get(id));
    if (!renamed || !retitled || !removed) throw new Error('three were made');
    const outcomes = await fresh.update([
      change(renamed, { displayName: 'New' }),
      change(retitled, { title: 't' }),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    await fresh.remove('user', [removed.id], 0);
    expect(await found()).toEqual(['retitled@x.example', 'New']);
    const again = await fresh.update([change(successOf(outcomes[1]), { displayName: 'New' })]);
    expect(again.map(({ ok }) => ok)).toEqual([true]);
    expect((await fresh.match('user', 'displayName', ['New'])).get('New')).toHaveLength(2);
  });
});

describe('a removal that broke off', () => {
  it('is finished by repeating it', async () => {
    const connectionId = randomUUID();
    const listing = openHostedListing(tables, connectionId);
    const whole = openHostedDirectory(tables, connectionId);
    const [user] = (await whole.create([userDraft('half@x.example')], 0)).map(successOf);
    const [group] = (await whole.create([groupDraft('Half')], 0)).map(successOf);
    if (!user || !group) throw new Error('two were made');
    await whole.addMembers([{ groupId: group.id, memberId: user.id, memberKind: 'user' }]);

    const broken: Tables = {
      ...tables,
      table: (name) =>
        name === MEMBERS_TABLE
          ? {
              ...tables.table(name),
              write: () => Promise.reject(new Error('the process ends here')),
            }
          : tables.table(name),
    };
    const half = openHostedDirectory(broken, connectionId);
    await expect(half.remove('user', [user.id], 0)).rejects.toThrow('ends here');
    expect((await whole.read('user', [user.id])).size).toBe(0);
    expect(await listing.counts()).toEqual({ users: 0, groups: 1 });

    await whole.remove('user', [user.id], 0);
    expect(await collect(listing.listMemberships())).toEqual([]);
    expect(await listing.counts()).toEqual({ users: 0, groups: 1 });
  });
});
