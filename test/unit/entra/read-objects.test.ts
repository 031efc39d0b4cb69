import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../lib/entra/client.ts';
import { readObjects } from '../../../lib/entra/read-objects.ts';
import { readingsOf } from '../../../lib/entra/reading.ts';
import { type Item, itemSchema, type Kind } from '../../../lib/sync/entry.ts';
import { DEFAULT_SELECTION } from './default-selection.ts';
import { batch, notFound, type SubAnswer, subRequestsOf } from './fake-batch.ts';
import { fakeGraph, json } from './fake-graph.ts';

const readings = readingsOf(DEFAULT_SELECTION);

async function read(
  graph: Graph,
  kind: Kind,
  ids: readonly string[],
  from = readings,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of readObjects(graph, from[kind], ids)) items.push(...page);
  for (const item of items) expect(itemSchema.parse(item)).toEqual(item);
  return items;
}

const link = (id: string, type = 'user') => ({ '@odata.type': `#microsoft.graph.${type}`, id });
const links = (count: number) => Array.from({ length: count }, (_, at) => link(`m-${at}`));

describe('reading users', () => {
  const users: Record<string, SubAnswer> = {
    a: { body: { '@odata.context': 'c', id: 'A', displayName: 'Ada', manager: link('chief') } },
    b: { body: { id: 'b', displayName: 'Ben', department: null } },
    c: { body: { id: 'c', manager: link('outsider', 'orgContact') } },
    d: { body: { id: 'd', manager: null } },
  };
  const idIn = (url: string) => /^\/users\/([^?]*)/.exec(url)?.[1] ?? '';
  const answer = batch((url) => users[idIn(url)] ?? notFound);

  it('gives their properties as they are said, and managers who are users', async () => {
    const { graph } = fakeGraph([answer]);
    const user = { kind: 'user' as const };
    expect(await read(graph, 'user', ['a', 'b', 'c', 'd', 'e'])).toEqual([
      { ...user, id: 'a', properties: { displayName: 'Ada' }, manager: 'chief' },
      { ...user, id: 'b', properties: { displayName: 'Ben', department: null }, manager: null },
      { ...user, id: 'c', properties: {}, manager: null },
      { ...user, id: 'd', properties: {}, manager: null },
    ]);
  });

  it('asks for the properties that rounds bring', async () => {
    const { graph, requests } = fakeGraph([answer]);
    await read(graph, 'user', ['a']);
    const [request] = requests;
    const [part] = request ? await subRequestsOf(request) : [];
    const query = new URL(part?.url ?? '', 'https://graph.example').searchParams;
    expect(query.get('$select')?.split(',')).toEqual(['id', ...DEFAULT_SELECTION.properties.user]);
    expect(query.get('$expand')).toBe('manager($select=id)');
  });

  it('says nothing of managers where they are not selected, nor asks for them', async () => {
    const { graph, requests } = fakeGraph([answer]);
    const relationships = { user: false, group: false };
    const without = readingsOf({ properties: { user: ['mail'], group: [] }, relationships });
    expect(await read(graph, 'user', ['a', 'b'], without)).toEqual([
      { kind: 'user', id: 'a', properties: {} },
      { kind: 'user', id: 'b', properties: {} },
    ]);
    const [request] = requests;
    const parts = request ? await subRequestsOf(request) : [];
    expect(parts.map(({ url }) => url)).toEqual(
      ['/users/a', '/users/b'].map((path) => `${path}?$select=id,mail`),
    );
  });

  it.each([
    ['is another', { body: { id: 'b' } }],
    ['is none', { body: { value: [] } }],
    ['breaks the schema', { body: { id: 'a', displayName: 7 } }],
    ['has a manager without an id', { body: { id: 'a', manager: {} } }],
  ])('is refused where the object %s', async (_, broken) => {
    const { graph } = fakeGraph([batch(() => broken)]);
    await expect(read(graph, 'user', ['a'])).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('reading groups', () => {
  const next = 'https://graph.example/v1.0/groups/g/members?$skiptoken=1';
  const isMembers = (url: string) => url.includes('/members?');
  const properties = batch((url) => ({ body: { id: url.split(/[/?]/)[2], displayName: 'Team' } }));
  const members = (body: object) => batch((url) => (isMembers(url) ? { body } : notFound));
  const team = { kind: 'group' as const, id: 'g' };
  const named = { ...team, properties: { displayName: 'Team' } };

  it('takes two requests for 20, and one for each further page', async () => {
    const { graph, requests } = fakeGraph([
      properties,
      members({
        value: [link('a'), link('s', 'group'), link('d', 'device')],
        '@odata.nextLink': next,
      }),
      json({ value: [link('b')] }),
    ]);
    expect(await read(graph, 'group', ['g'])).toEqual([
      {
        ...named,
        members: [
          { id: 'a', kind: 'user', removed: false },
          { id: 's', kind: 'group', removed: false },
        ],
        otherMembers: 1,
      },
      { ...team, properties: {}, members: [{ id: 'b', kind: 'user', removed: false }] },
    ]);
    expect(requests).toHaveLength(3);
  });

  it('never puts more than 1,000 members into an item', async () => {
    const { graph } = fakeGraph([properties, members({ value: links(2_001) })]);
    const items = await read(graph, 'group', ['g']);
    expect(items.map((item) => item.members?.length)).toEqual([1_000, 1_000, 1]);
    expect(items.map((item) => item.properties)).toEqual([{ displayName: 'Team' }, {}, {}]);
  });

  it('shows a group without members too', async () => {
    const { graph } = fakeGraph([properties, members({ value: [] })]);
    expect(await read(graph, 'group', ['g'])).toEqual([{ ...named, members: [] }]);
  });

  it('reads no members where they are not selected', async () => {
    const { graph, requests } = fakeGraph([properties]);
    const relationships = { user: true, group: false };
    const without = readingsOf({ ...DEFAULT_SELECTION, relationships });
    expect(await read(graph, 'group', ['g'], without)).toEqual([named]);
    expect(requests).toHaveLength(1);
  });

  it('leaves out who is not found, or is gone before the members are read', async () => {
    const { graph, requests } = fakeGraph([
      batch((url) => (url.startsWith('/groups/x?') ? notFound : { body: { id: url[8] } })),
      batch((url) => (url.startsWith('/groups/y/') ? notFound : { body: { value: [] } })),
    ]);
    const items = await read(graph, 'group', ['x', 'y', 'z']);
    expect(items.map(({ id }) => id)).toEqual(['z']);
    const [, second] = requests;
    expect(second && (await subRequestsOf(second))).toHaveLength(2);
  });

  it('does not take a broken page for the end', async () => {
    const first = members({ value: [link('a')], '@odata.nextLink': next });
    const { graph } = fakeGraph([properties, first, json({})]);
    await expect(read(graph, 'group', ['g'])).rejects.toMatchObject({ code: 'bad-answer' });
    const foreign = members({ value: [], '@odata.nextLink': next.replace('graph.', 'other.') });
    const astray = fakeGraph([properties, foreign]);
    await expect(read(astray.graph, 'group', ['g'])).rejects.toMatchObject({ code: 'bad-link' });
    expect(astray.requests).toHaveLength(2);
  });
});
