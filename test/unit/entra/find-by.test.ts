import { expect, it } from 'vitest';
import { findBy } from '../../../lib/entra/find-by.ts';
import { batch, subError, subRequestsOf } from './fake-batch.ts';
import { fakeGraph, json } from './fake-graph.ts';

const id = (number: number) => `0a0a0a0a-0000-4000-8000-00000000000${number}`;
const next = 'https://graph.example/v1.0/users?$skiptoken=1';
const marker = {
  kind: 'user',
  property: 'onPremisesExtensionAttributes/extensionAttribute15',
} as const;

it('is advanced on every page where it has to be, and goes on after an empty one', async () => {
  const { graph, requests } = fakeGraph([
    batch(() => ({ body: { value: [], '@odata.nextLink': next } })),
    json({ value: [{ id: id(1) }] }),
  ]);
  expect(await findBy(graph, marker, ["m'1"])).toEqual(new Map([["m'1", [{ id: id(1) }]]]));
  const [first, second] = requests;
  const [part] = first ? await subRequestsOf(first) : [];
  expect(part).toMatchObject({ headers: { ConsistencyLevel: 'eventual' } });
  const { searchParams } = new URL(part?.url ?? '', 'https://graph.example');
  expect(Object.fromEntries(searchParams)).toEqual({
    $filter: `${marker.property} eq 'm''1'`,
    $select: 'id',
    $count: 'true',
  });
  expect(second?.url).toBe(next);
  expect(second?.headers.get('consistencylevel')).toBe('eventual');
});

it('is plain where that will do: the index of advanced queries lags', async () => {
  const { graph, requests } = fakeGraph([batch(() => ({ body: { value: [] } }))]);
  await findBy(graph, { kind: 'group', property: 'mailNickname' }, ['crew']);
  const [part] = requests[0] ? await subRequestsOf(requests[0]) : [];
  expect(part).toEqual({
    id: '0',
    method: 'GET',
    url: "/groups?$filter=mailNickname%20eq%20'crew'&$select=id",
  });
});

it('tells of five at most, each once', async () => {
  const value = [1, 1, 2, 3, 4, 5, 6].map((number) => ({ id: id(number) }));
  const { graph } = fakeGraph([batch(() => ({ body: { value, '@odata.nextLink': next } }))]);
  const found = await findBy(graph, { kind: 'user', property: 'mail' }, ['a']);
  expect(found.get('a')).toEqual([1, 2, 3, 4, 5].map((number) => ({ id: id(number) })));
});

it.each([
  ['a refusal', subError(400, 'Request_UnsupportedQuery')],
  ['an id that is none', { body: { value: [{ id: 'me' }] } }],
  ['no list', { body: {} }],
])('does not take %s for nobody', async (_, answer) => {
  const { graph } = fakeGraph([batch(() => answer)]);
  const failure = { code: 'bad-answer' };
  await expect(findBy(graph, marker, ['a'])).rejects.toMatchObject(failure);
});
