import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import {
  onlyReferring,
  referencesOf,
  withoutReferences,
  withReferences,
} from '../../../../lib/scim/server/bulk-references.ts';
import { MemoryStore } from './memory-store.ts';
import { ask, bodyOf, openProvider } from './provider.ts';

const post = (path: string, bulkId: string, data: object) =>
  JSON.parse(JSON.stringify({ method: 'POST' as const, path, bulkId, data }));
const user = (bulkId: string, userName: string, more = {}) =>
  post('/Users', bulkId, { userName, ...more });
const group = (bulkId: string, ...members: readonly string[]) =>
  post('/Groups', bulkId, { displayName: bulkId, members: members.map((value) => ({ value })) });

function opened() {
  const order: string[] = [];
  const store = new MemoryStore({ step: async () => {} });
  const create = store.create.bind(store);
  store.create = (kind, resource, ...rest) => {
    const name = resource.userName ?? resource.displayName;
    order.push(typeof name === 'string' ? name : '');
    return create(kind, resource, ...rest);
  };
  const provider = openProvider(store);
  const bulk = async (operations: readonly unknown[], failOnErrors?: number) => {
    const body = { Operations: operations, ...(failOnErrors && { failOnErrors }) };
    const answer = await ask(provider, 'POST', '/Bulk', JSON.parse(JSON.stringify(body)));
    return bodyOf(answer).Operations;
  };
  const named = async (name: string) =>
    (await store.find('group', 'displayName', name, 1))[0]?.id ??
    (await store.find('user', 'userName', name, 1))[0]?.id;
  const membersOf = async (name: string) => {
    const found: string[] = [];
    for await (const page of store.members((await named(name)) ?? ''))
      found.push(...page.map(({ id }) => id));
    return found;
  };
  return { bulk, membersOf, named, order, provider, store };
}

const statuses = (results: readonly { status: string }[]) => results.map(({ status }) => status);

describe('references of an operation (RFC 7644 section 3.7.2)', () => {
  const operation = {
    method: 'POST' as const,
    path: '/Groups/bulkId:g',
    data: {
      displayName: 'not bulkId:x',
      members: [{ value: 'bulkId:a', type: 'User' }, { value: 'b' }],
      'urn:x': { manager: { value: 'bulkId:c' }, other: 'bulkId:d' },
    },
  };

  it('stand in the path and in whole texts of the data', () => {
    expect(referencesOf(operation)).toEqual(new Set(['g', 'a', 'c', 'd']));
    expect(referencesOf({ method: 'DELETE', path: '/Users/a' })).toEqual(new Set());
  });

  it('become ids where those are known', () => {
    const ids = new Map([
      ['g', '1'],
      ['a', '2'],
    ]);
    expect(withReferences(operation, ids)).toMatchObject({
      path: '/Groups/1',
      data: {
        members: [{ value: '2', type: 'User' }, { value: 'b' }],
        'urn:x': { manager: { value: 'bulkId:c' } },
      },
    });
  });

  it('are left out, with the value that they are of', () => {
    expect(withoutReferences(operation).data).toEqual({
      displayName: 'not bulkId:x',
      members: [{ value: 'b' }],
      'urn:x': {},
    });
  });

  it('tell which attributes are to be completed', () => {
    expect(Object.keys(Object(onlyReferring(operation.data)))).toEqual(['members', 'urn:x']);
  });
});

describe('a bulk', () => {
  it('does what is referred to first, and answers in the order of the request', async () => {
    const { bulk, order, membersOf, named } = opened();
    const results = await bulk([group('g', 'bulkId:h'), group('h', 'bulkId:u'), user('u', 'u')]);
    expect(order).toEqual(['u', 'h', 'g']);
    expect(results.map(({ bulkId }: { bulkId: string }) => bulkId)).toEqual(['g', 'h', 'u']);
    expect(await membersOf('g')).toEqual([await named('h')]);
    expect(await membersOf('h')).toEqual([await named('u')]);
  });

  it('stops after so many errors, and answers nothing for the rest', async () => {
    const { bulk, named } = opened();
    const bad = (bulkId: string) => post('/Users', bulkId, {});
    const results = await bulk([bad('1'), user('2', 'u'), bad('3'), user('4', 'v')], 2);
    expect(statuses(results)).toEqual(['400', '201', '400']);
    expect(await named('v')).toBeUndefined();
  });

  it('goes round a circle of three, and completes each', async () => {
    const { bulk, membersOf, named } = opened();
    const results = await bulk([
      group('a', 'bulkId:b'),
      group('b', 'bulkId:c', 'bulkId:u'),
      group('c', 'bulkId:a'),
      user('u', 'u'),
      { method: 'PATCH', path: '/Groups/bulkId:a', data: { Operations: [] } },
    ]);
    expect(statuses(results)).toEqual(['201', '201', '201', '201', '204']);
    expect(await membersOf('a')).toEqual([await named('b')]);
    expect(new Set(await membersOf('b'))).toEqual(new Set([await named('c'), await named('u')]));
    expect(await membersOf('c')).toEqual([await named('a')]);
  });

  it('leaves nothing of a circle that cannot be closed', async () => {
    const { bulk, named } = opened();
    await bulk([user('x', 'taken')]);
    const results = await bulk([
      post('/Groups', 'g', { displayName: 'g', members: [{ value: 'bulkId:x' }] }),
      user('x', 'taken', { nickName: 'bulkId:g' }),
    ]);
    expect(statuses(results)).toEqual(['409', '409']);
    expect(results[0]).toMatchObject({ method: 'POST', bulkId: 'g', response: { status: '409' } });
    expect(results[0].location).toBeUndefined();
    expect(await named('g')).toBeUndefined();
  });

  it('does not try a circle after too many errors', async () => {
    const { bulk, order } = opened();
    const results = await bulk(
      [post('/Users', 'u', {}), group('a', 'bulkId:b'), group('b', 'bulkId:a')],
      1,
    );
    expect(statuses(results)).toEqual(['400']);
    expect(order).toEqual([]);
  });

  it('tells of each operation what went wrong, the storage among it', async () => {
    const { bulk, store } = opened();
    store.create = async () => {
      throw new AppError('unavailable', 'the table storage does not answer');
    };
    const [result] = await bulk([user('u', 'u')]);
    expect(result).toMatchObject({ status: '503', response: { status: '503' } });
  });

  it.each(['//', '//elsewhere/Users', '/', 'Users', ''])('refuses the path "%s"', async (path) => {
    const { bulk } = opened();
    await expect(bulk([{ method: 'DELETE', path }])).rejects.toMatchObject({
      status: 400,
      scimType: 'invalidSyntax',
    });
  });

  it('takes a thousand operations that wait for each other', async () => {
    const { bulk, order } = opened();
    const chain = Array.from({ length: 1_000 }, (_, n) =>
      n === 999 ? user('999', 'last') : group(String(n), `bulkId:${n + 1}`),
    );
    expect(new Set(statuses(await bulk(chain)))).toEqual(new Set(['201']));
    expect(order[0]).toBe('last');
    expect(order.at(-1)).toBe('0');
  });
});
