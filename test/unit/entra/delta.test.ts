import { describe, expect, it } from 'vitest';
import { readPage } from '../../../lib/entra/delta.ts';
import { readingsOf } from '../../../lib/entra/reading.ts';
import { DEFAULT_SELECTION } from './default-selection.ts';
import { fakeGraph, graphError, json, type Step } from './fake-graph.ts';

const root = 'https://graph.example/v1.0/users/delta';
const next = `${root}?$skiptoken=n1`;
const delta = `${root}?$deltatoken=d1`;
const { user } = readingsOf(DEFAULT_SELECTION);
const id = 'a1a1a1a1-0000-4000-8000-000000000001';

const page = (value: unknown, links: object = { '@odata.deltaLink': delta }) =>
  json({ '@odata.context': 'wrong', ...links, value });

function read(steps: readonly Step[], link: string | null = delta) {
  const fake = fakeGraph(steps);
  return { ...fake, page: readPage(fake.graph, user, link) };
}

describe('a page', () => {
  it('starts from scratch with the properties to track, at low priority', async () => {
    const { requests, page: got } = read([page([{ id }], { '@odata.nextLink': next })], null);
    expect(await got).toEqual({ items: [{ kind: 'user', id, properties: {} }], nextLink: next });
    expect(requests[0]?.url).toMatch(/users\/delta\?\$select=id,userPrincipalName,.*,manager$/);
    expect(requests[0]?.headers.get('x-ms-throttle-priority')).toBe('Low');
  });

  it('follows a delta link as it is, at normal priority', async () => {
    const { requests, page: got } = read([page([])]);
    expect(await got).toEqual({ items: [], deltaLink: delta });
    expect(requests[0]?.url).toBe(delta);
    expect(requests[0]?.headers.has('x-ms-throttle-priority')).toBe(false);
  });

  it('keeps repetitions of an object: merging is not its work', async () => {
    const { page: got } = read([page([{ id }, { id }])]);
    expect((await got).items).toHaveLength(2);
  });

  it.each([
    ['both links', page([], { '@odata.nextLink': next, '@odata.deltaLink': delta }), 'both links'],
    ['no link', page([], {}), 'neither'],
    ['no value', json({ '@odata.deltaLink': delta }), 'at value (invalid_type)'],
    ['no object', json([]), 'at the top (invalid_type)'],
    ['an item without an id', page([{ id }, { mail: 'x' }]), 'at value[1].id (invalid_type)'],
    ['a flag as text', page([{ id, accountEnabled: 'Ada' }]), 'value[0].accountEnabled'],
    ['an odd reason', page([{ id, '@removed': { reason: 'Ada' } }]), 'value[0].@removed.reason'],
    ['a manager without an id', page([{ id, 'manager@delta': [{}] }]), 'value[0].manager@delta[0]'],
    ['a link that is none', page([], { '@odata.deltaLink': 7 }), 'at @odata.deltaLink'],
    ['an object as text', page([{ id, department: { of: 'Ada' } }]), 'value[0].department'],
  ])('is refused with %s, and no value is told', async (_, step, place) => {
    const { page: got } = read([step]);
    await expect(got).rejects.toMatchObject({
      code: 'bad-answer',
      message: expect.stringContaining(place),
    });
    await expect(got).rejects.not.toMatchObject({ message: expect.stringContaining('Ada') });
  });
});

describe('links', () => {
  it('sends nothing to a foreign link', async () => {
    const { requests, credential, page: got } = read([page([])], 'https://evil.example/v1.0/x');
    await expect(got).rejects.toMatchObject({ code: 'bad-link' });
    expect([requests, credential.asked]).toEqual([[], []]);
  });

  it('does not hand out a foreign link', async () => {
    const foreign = { '@odata.nextLink': 'https://evil.example/v1.0/users/delta?$skiptoken=a' };
    await expect(read([page([], foreign)]).page).rejects.toMatchObject({ code: 'bad-link' });
  });
});

describe('the end of a checkpoint', () => {
  it.each([
    ['410 without a body', () => new Response(null, { status: 410 })],
    [
      '410 with any code',
      graphError(410, 'whatever', { location: 'https://graph.example/v1.0/x' }),
    ],
    ['400 syncStateNotFound', graphError(400, 'syncStateNotFound')],
    ['404 SyncStateNotFound', graphError(404, 'SyncStateNotFound')],
    ['400 resyncRequired', graphError(400, 'ResyncRequired')],
  ])('is seen at once in %s', async (_, step) => {
    const { requests, page: got } = read([step, page([])]);
    await expect(got).rejects.toMatchObject({ code: 'checkpoint-expired', retryable: false });
    expect(requests).toHaveLength(1);
  });

  it('is concluded from a second 400', async () => {
    const refused = graphError(400, 'Request_BadRequest');
    await expect(read([refused, refused]).page).rejects.toMatchObject({
      code: 'checkpoint-expired',
    });
  });

  it('is not concluded from a 400 that passes', async () => {
    expect(await read([graphError(400, 'Request_BadRequest'), page([])]).page).toEqual({
      items: [],
      deltaLink: delta,
    });
  });

  it.each([
    ['400 where no token was sent', graphError(400, 'Request_BadRequest'), null],
    ['404 with another code', graphError(404, 'Request_ResourceNotFound'), delta],
  ])('is not concluded from %s', async (_, step, link) => {
    const { page: got } = read([step, step], link);
    await expect(got).rejects.toMatchObject({
      code: 'bad-answer',
      message: expect.not.stringContaining('Secret Person'),
    });
  });
});
