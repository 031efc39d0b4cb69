import { describe, expect, it } from 'vitest';
import { findMembers } from '../../../lib/entra/members.ts';
import { fakeGraph, graphError, json, type Step } from './fake-graph.ts';

const list = 'https://graph.example/v1.0/groups/g/members?$select=id&$top=999';
const next = (token: string) => `${list}&$skiptoken=${token}`;

function page(ids: readonly string[], nextLink?: string): Step {
  const value = ids.map((id) => ({ '@odata.type': '#microsoft.graph.user', id }));
  return json({ value, ...(nextLink !== undefined && { '@odata.nextLink': nextLink }) });
}

describe('findMembers', () => {
  it('reads on until all of them are found, over empty pages too', async () => {
    const { graph, requests } = fakeGraph([
      page(['a', 'b'], next('1')),
      page([], next('2')),
      page(['C'], next('3')),
    ]);
    expect(await findMembers(graph, 'g', ['c', 'a'])).toEqual(new Set(['a', 'c']));
    expect(requests.map(({ url }) => url)).toEqual([list, next('1'), next('2')]);
  });

  it('reads to the end where one of them is none', async () => {
    const { graph, requests } = fakeGraph([page(['a'], next('1')), page(['b'])]);
    expect(await findMembers(graph, 'g', ['a', 'x'])).toEqual(new Set(['a']));
    expect(requests).toHaveLength(2);
  });

  it('asks nothing about nothing', async () => {
    const { graph, requests } = fakeGraph([]);
    expect(await findMembers(graph, 'g', [])).toEqual(new Set());
    expect(requests).toEqual([]);
  });

  it('finds none in a group that is not there', async () => {
    const { graph } = fakeGraph([graphError(404, 'Request_ResourceNotFound')]);
    expect(await findMembers(graph, 'g', ['a'])).toEqual(new Set());
  });

  it.each([
    ['another origin', 'https://elsewhere.example/v1.0/groups/g/members?$skiptoken=1'],
    ['another API', 'https://graph.example/admin?$skiptoken=1'],
  ])('follows no link to %s', async (_, link) => {
    const { graph, requests } = fakeGraph([page(['a'], link)]);
    await expect(findMembers(graph, 'g', ['x'])).rejects.toMatchObject({ code: 'bad-link' });
    expect(requests).toHaveLength(1);
  });

  it('does not go in circles', async () => {
    const { graph, requests } = fakeGraph([
      page(['a'], next('1')),
      page(['b'], next('2')),
      page(['c'], next('1')),
    ]);
    await expect(findMembers(graph, 'g', ['x'])).rejects.toMatchObject({ code: 'bad-answer' });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ['404', graphError(404, 'Request_ResourceNotFound'), 'bad-answer'],
    ['400', graphError(400, 'Directory_ExpiredPageToken'), 'bad-answer'],
    ['403', graphError(403, 'Authorization_RequestDenied'), 'access-denied'],
    ['no list', json({}), 'bad-answer'],
    ['a member without an id', json({ value: [{}] }), 'bad-answer'],
    ['a part of its JSON', () => new Response('{"value":[{"id":'), 'bad-answer'],
    ['nothing', () => new Response(''), 'bad-answer'],
    ['a long pause', graphError(429, 'TooManyRequests', { 'retry-after': '90' }), 'throttled'],
  ])('does not take %s on a later page for absence', async (_, broken, code) => {
    const { graph } = fakeGraph([page(['a'], next('1')), broken]);
    await expect(findMembers(graph, 'g', ['x'])).rejects.toMatchObject({ code });
  });

  it('takes no other 404 for a group that is not there', async () => {
    const { graph } = fakeGraph([json({}, 404)]);
    await expect(findMembers(graph, 'g', ['a'])).rejects.toMatchObject({ code: 'bad-answer' });
  });
});
