import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeFeed } from '../../lib/ports/entra.ts';
import type { Item, Kind } from '../../lib/sync/entry.ts';
import { type Selection, TRACKED } from '../../lib/sync/rules/properties.ts';
import { type EntraTenant, reader, startEntraTenant } from './entra-tenant.ts';

const costCenter = `extension_${'0a'.repeat(16)}_costCenter`;
const neither = { user: false, group: false };

let tenant: EntraTenant;

beforeEach(async () => {
  tenant = await startEntraTenant({ users: 30, groups: 10, memberships: 60 });
});
afterEach(() => tenant.close());

/** Reads a round from a link to its end. */
async function round(feed: ChangeFeed, kind: Kind, from: string | null = null) {
  const items: Item[] = [];
  for (let link = from; ; ) {
    const page = await feed.readPage(kind, link);
    items.push(...page.items);
    if (page.deltaLink !== undefined) return { items, next: page.deltaLink };
    link = page.nextLink ?? '';
  }
}

async function readById(feed: ChangeFeed, kind: Kind, id: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of feed.read(kind, [id])) items.push(...page);
  return items;
}

const namesOf = (items: readonly Item[]) =>
  new Set(items.flatMap(({ properties }) => Object.keys(properties)));

describe('a selection', () => {
  it('is all that comes of objects, in rounds and by id', async () => {
    const properties = { user: ['department'], group: ['displayName'] };
    const feed = tenant.open(reader, { properties, relationships: neither });
    const { items } = await round(feed, 'user');
    expect(namesOf(items)).toEqual(new Set(['department']));
    expect(items.some(({ properties: { department } }) => typeof department === 'string')).toBe(
      true,
    );
    const [first] = items;
    const [read] = await readById(feed, 'user', first?.id ?? '');
    expect(Object.keys(read?.properties ?? {})).toEqual(['department']);
    const groups = (await round(feed, 'group')).items;
    const [group] = await readById(feed, 'group', groups[0]?.id ?? '');
    for (const item of [...items, read, ...groups, group]) {
      expect(item).not.toHaveProperty('manager');
      expect(item).not.toHaveProperty('members');
    }
  });

  it('can be all there is, and the tenant knows each of it', async () => {
    const names = { user: Object.keys(TRACKED.user), group: Object.keys(TRACKED.group) };
    const all: Selection = { properties: names, relationships: { user: true, group: true } };
    const feed = tenant.open(reader, all);
    for (const kind of ['user', 'group'] as const) {
      const { items } = await round(feed, kind);
      const [read] = await readById(feed, kind, items[0]?.id ?? '');
      expect(new Set(Object.keys(read?.properties ?? {}))).toEqual(new Set(names[kind]));
    }
  });

  it('takes extension attributes one by one, and tells of those that change', async () => {
    const user = ['extensionAttribute1', 'extensionAttribute2', costCenter];
    const feed = tenant.open(reader, { properties: { user, group: [] }, relationships: neither });
    const { items, next } = await round(feed, 'user');
    const id = items[0]?.id ?? '';
    const change = async (values: object) => {
      await tenant.control(`PATCH users/${id}`, values);
      return (await round(feed, 'user', next)).items;
    };
    const attributes = { extensionAttribute1: 'blue', extensionAttribute9: 'unasked' };
    const set = { onPremisesExtensionAttributes: attributes, [costCenter]: 4711, city: 'Cork' };
    const blue = { extensionAttribute1: 'blue', extensionAttribute2: null, [costCenter]: 4711 };
    expect(await change(set)).toEqual([{ kind: 'user', id, properties: blue }]);
    const red = { onPremisesExtensionAttributes: { extensionAttribute2: 'red' } };
    const both = { ...blue, extensionAttribute2: 'red' };
    expect(await change(red)).toEqual([{ kind: 'user', id, properties: both }]);
    expect((await readById(feed, 'user', id))[0]?.properties).toEqual(both);
  });
});

describe('names', () => {
  const names = ["L'Atelier", 'R&D + C#, 100 %?', '🚀 Launch', 'צוות מכירות'];

  it('find groups as they are called, and those that share a name', async () => {
    const ids: Record<string, unknown> = {};
    for (const displayName of names)
      ids[displayName] = ((await tenant.control('POST groups', { displayName })) as Item).id;
    const { id: twin } = (await tenant.control('POST groups', {
      displayName: '🚀 LAUNCH',
    })) as Item;
    const { id: gone } = (await tenant.control('POST groups', { displayName: names[0] })) as Item;
    await tenant.control(`DELETE groups/${gone}`);
    tenant.resetRequests();
    const found = await tenant.open().named('group', [...names, "l'atelier", 'Nobody', twin, gone]);
    expect(
      Object.fromEntries([...found].map(([text, those]) => [text, those.map(({ id }) => id)])),
    ).toEqual({
      ...Object.fromEntries(names.map((name) => [name, [ids[name]]])),
      '🚀 Launch': [ids['🚀 Launch'], twin],
      "l'atelier": [ids["L'Atelier"]],
      Nobody: [],
      [twin]: [twin],
      [gone]: [],
    });
    expect(tenant.requests()).toBe(1);
  });

  it('find users by user principal name or id, and groups no users', async () => {
    const userPrincipalName = 'ada_x.example#EXT#@haldenworks.example';
    const made = (await tenant.control('POST users', {
      displayName: 'Ada',
      userPrincipalName,
    })) as Item;
    const ada = { id: made.id, displayName: 'Ada', userPrincipalName };
    const asked = [userPrincipalName.toUpperCase(), made.id, 'Ada'];
    const feed = tenant.open();
    expect([...(await feed.named('user', asked))]).toEqual([
      [asked[0], [ada]],
      [made.id, [ada]],
      ['Ada', []],
    ]);
    expect([...(await feed.named('group', asked)).values()]).toEqual([[], [], []]);
    await tenant.control(`DELETE users/${made.id}`);
    expect([...(await feed.named('user', asked)).values()]).toEqual([[], [], []]);
  });

  it('are asked again where a part of the batch was throttled, and reported where it stays so', async () => {
    const { displayName } = (await tenant.control('POST groups', { displayName: 'Made' })) as {
      displayName: string;
    };
    const fault = { kind: 'throttle', route: '/groups', retryAfterSeconds: 1.5 };
    await tenant.control('POST faults', [{ ...fault, count: 1 }]);
    tenant.resetRequests();
    const found = await tenant.open().named('group', [displayName, 'Nobody']);
    expect([...found.values()].map(({ length }) => length)).toEqual([1, 0]);
    expect(tenant.requests()).toBe(2);
    await tenant.control('POST faults', [fault]);
    await expect(tenant.open().named('group', [displayName])).rejects.toMatchObject({
      code: 'throttled',
      side: 'entra',
    });
  });
});
