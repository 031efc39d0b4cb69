import { describe, expect, it } from 'vitest';
import { openHostedEntries } from '../../../../lib/app/hosted/hosted-directory.ts';
import { openHostedResources } from '../../../../lib/app/hosted/hosted-resources.ts';
import { DIRECTORY_TABLE, MEMBERS_TABLE, openShard } from '../../../../lib/app/hosted/shard.ts';
import { flatten } from '../../../../lib/scim/flat/flatten.ts';
import type { Attributes, Entry } from '../../../../lib/sync/entry.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';

const MAIL = 'emails[type eq "work"].value';
const ALIASES = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User:aliases';
const ATTRIBUTES: Attributes = {
  userName: 'Ada@x.example',
  displayName: 'Ada',
  [MAIL]: 'ada@x.example',
  [ALIASES]: ['countess', 'al'],
  'name.givenName': 'Ada',
};

/** A directory with one user, whose row is as it was written before there were whole resources. */
async function oldDirectory() {
  const tables = new MemoryTables();
  await tables.ensure([DIRECTORY_TABLE, MEMBERS_TABLE]);
  const entries = openHostedEntries(openShard(tables, 'c'));
  const draft = { kind: 'user', externalId: 'x', active: true, attributes: ATTRIBUTES } as const;
  const [outcome] = await entries.create([draft], 0);
  if (!outcome?.ok) throw new Error('it was made');
  const directory = tables.table(DIRECTORY_TABLE);
  const row = await directory.get('c:0', `u:${outcome.value.id}`);
  if (!row) throw new Error('it has a row');
  const { etag, ...properties } = row;
  const old = { ...properties, v: 1, a0: JSON.stringify(ATTRIBUTES) };
  await directory.write([{ op: 'replace', row: old, etag }]);
  const shard = openShard(tables, 'c');
  return {
    id: outcome.value.id,
    entries: openHostedEntries(shard),
    resources: openHostedResources(shard),
    keys: () => tables.rows(DIRECTORY_TABLE).map(({ rowKey }) => rowKey),
    row: () => directory.get('c:0', `u:${outcome.value.id}`),
  };
}

const isName = (key: string) => /^(?:un|ux|ua|dn|em):/.test(key);

describe('an entry of version 1', () => {
  it('is the same to the sync, and whole to SCIM clients', async () => {
    const { id, entries, resources } = await oldDirectory();
    expect((await entries.read('user', [id])).get(id)).toMatchObject({ attributes: ATTRIBUTES });
    const resource = (await resources.read('user', [id])).get(id)?.resource ?? {};
    expect(resource).toMatchObject({
      active: true,
      externalId: 'x',
      name: { givenName: 'Ada' },
      emails: [{ type: 'work', value: 'ada@x.example' }],
    });
    const { active: _, externalId: __, ...rest } = resource;
    expect(flatten(rest)).toEqual(ATTRIBUTES);
  });

  const names: Attributes = {
    userName: 'eve@x.example',
    displayName: 'Eve',
    [MAIL]: 'eve@x.example',
    [ALIASES]: ['al', 'e'],
  };
  const writes: [
    what: string,
    write: (of: Awaited<ReturnType<typeof oldDirectory>>, entry: Entry) => Promise<unknown>,
  ][] = [
    [
      'the sync',
      ({ entries, id }, { version }) =>
        entries.update([{ kind: 'user', id, version, set: names, clear: [] }]),
    ],
    [
      'a SCIM client',
      async ({ resources, id }) => {
        const before = (await resources.read('user', [id])).get(id);
        if (!before) throw new Error('it is there');
        const [extension, alias] = [ALIASES.slice(0, -8), 'aliases'];
        const next = {
          ...before.resource,
          userName: 'eve@x.example',
          displayName: 'Eve',
          emails: [{ type: 'work', value: 'eve@x.example' }],
          [extension]: { [alias]: ['al', 'e'] },
        };
        return [await resources.replace(before, next, 'app')];
      },
    ],
  ];

  it.each(writes)('is written back by %s, and its names move', async (_, write) => {
    const old = await oldDirectory();
    const before = old.keys().filter(isName);
    const entry = (await old.entries.read('user', [old.id])).get(old.id);
    if (!entry) throw new Error('it is there');
    expect(await write(old, entry)).toMatchObject([{ ok: true }]);
    expect((await old.row())?.v).toBe(2);
    const after = old.keys().filter(isName);
    expect(after).toHaveLength(6);
    // The externalId and one of the aliases stay.
    expect(after.filter((key) => before.includes(key))).toHaveLength(2);
    expect((await old.entries.match('user', 'displayName', ['Ada', 'Eve'])).size).toBe(1);
    await old.entries.remove('user', [old.id], 0);
    expect(old.keys().filter((key) => !/^[no]:/.test(key))).toEqual([]);
  });
});
