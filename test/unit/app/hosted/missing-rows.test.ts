import { expect, it } from 'vitest';
import { openHostedEntries } from '../../../../lib/app/hosted/hosted-directory.ts';
import { DIRECTORY_TABLE, MEMBERS_TABLE, openShard } from '../../../../lib/app/hosted/shard.ts';
import type { EntryStore } from '../../../../lib/ports/application.ts';
import type { Entry } from '../../../../lib/sync/entry.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';

const MAIL = 'emails[type eq "work"].value';

const writes: [what: string, write: (store: EntryStore, entry: Entry) => Promise<unknown>][] = [
  [
    'updated',
    (store, { id, version }) => {
      const set = { displayName: 'Eve', [MAIL]: 'eve@x.example' };
      return store.update([{ kind: 'user', id, version, set, clear: [] }]);
    },
  ],
  ['removed', (store, { id }) => store.remove('user', [id], 0)],
];

it.each(writes)('an entry that lacks a look-up can be %s', async (what, write) => {
  const tables = new MemoryTables();
  await tables.ensure([DIRECTORY_TABLE, MEMBERS_TABLE]);
  const store = openHostedEntries(openShard(tables, 'c'));
  const attributes = { userName: 'ada', displayName: 'Ada', [MAIL]: 'ada@x.example' };
  const draft = { kind: 'user', externalId: 'x', active: true, attributes } as const;
  const [outcome] = await store.create([draft], 0);
  if (!outcome?.ok) throw new Error('it was made');
  const lost = tables.rows(DIRECTORY_TABLE).filter(({ rowKey }) => /^(?:em|dn):/.test(rowKey));
  expect(lost).toHaveLength(2);
  const deletions = lost.map((row) => ({ op: 'delete' as const, row }));
  await tables.table(DIRECTORY_TABLE).write(deletions);

  expect(await write(store, outcome.value)).toMatchObject([{ ok: true }]);
  const left = tables.rows(DIRECTORY_TABLE).map(({ rowKey }) => rowKey);
  const names = left.filter((rowKey) => /^(?:em|dn):/.test(rowKey));
  expect(names).toHaveLength(what === 'updated' ? 2 : 0);
});
