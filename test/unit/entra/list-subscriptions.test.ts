import { describe, expect, it } from 'vitest';
import { listSubscriptions } from '../../../lib/entra/list-subscriptions.ts';
import { fakeGraph, graphError, json } from './fake-graph.ts';

const root = 'https://graph.example/v1.0/subscriptions';
const shown = {
  id: 's-1',
  resource: 'users',
  notificationUrl: 'https://tandem.example/api/notifications',
  expirationDateTime: '2026-01-03T04:05:06.7890000Z',
};
const next = (token: string) => `${root}?$skiptoken=${token}`;
const page = (ids: readonly string[], link?: string) =>
  json({ value: ids.map((id) => ({ ...shown, id })), '@odata.nextLink': link });

describe('listSubscriptions', () => {
  it('reads on to the end, over empty pages too, and shows each once', async () => {
    const { graph, requests } = fakeGraph([
      page(['s-1', 's-2'], next('a')),
      page([], next('b')),
      page(['S-2', 's-3']),
    ]);
    const ids = (await listSubscriptions(graph)).map(({ id }) => id.toLowerCase());
    expect(ids).toEqual(['s-1', 's-2', 's-3']);
    expect(requests.map(({ url }) => url)).toEqual([root, next('a'), next('b')]);
  });

  it('shows those of other resources too', async () => {
    const others = ['/Groups', 'users/AB', 'groups'].map((resource, place) => ({
      ...shown,
      id: `s-${place}`,
      resource,
    }));
    const { graph } = fakeGraph([json({ value: others })]);
    const resources = (await listSubscriptions(graph)).map(({ resource }) => resource);
    expect(resources).toEqual(['groups', 'users/ab', 'groups']);
  });

  it.each([
    ['another origin', 'https://elsewhere.example/v1.0/subscriptions?$skiptoken=a'],
    ['another API', 'https://graph.example/admin?$skiptoken=a'],
  ])('follows no link to %s', async (_, link) => {
    const { graph, requests } = fakeGraph([page(['s-1'], link)]);
    await expect(listSubscriptions(graph)).rejects.toMatchObject({ code: 'bad-link' });
    expect(requests).toHaveLength(1);
  });

  it('does not go in circles', async () => {
    const { graph } = fakeGraph([
      page(['s-1'], next('a')),
      page(['s-2'], next('b')),
      page(['s-3'], next('a')),
    ]);
    await expect(listSubscriptions(graph)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it.each([
    ['404', graphError(404, 'ResourceNotFound'), 'bad-answer'],
    ['403', graphError(403, 'Forbidden'), 'access-denied'],
    ['no list', json({}), 'bad-answer'],
    ['a broken one', json({ value: [{ id: 's-9' }] }), 'bad-answer'],
  ])('does not take %s on a later page for the end', async (_, broken, code) => {
    const { graph } = fakeGraph([page(['s-1'], next('a')), broken]);
    await expect(listSubscriptions(graph)).rejects.toMatchObject({ code });
  });
});
