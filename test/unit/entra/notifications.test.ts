import { describe, expect, it } from 'vitest';
import type { GraphOptions } from '../../../lib/entra/client.ts';
import { openNotifications } from '../../../lib/entra/notifications.ts';
import type { Notifications } from '../../../lib/ports/entra.ts';
import { graphError, json, type Step } from './fake-graph.ts';

const root = 'https://graph.example/v1.0/subscriptions';
const address = 'https://tandem.example/api/notifications?connection=c';
const moved = 'https://elsewhere.example/api/notifications';
const expiresAt = Date.UTC(2026, 0, 3, 4, 5, 6, 789);
const wanted = {
  resource: 'users',
  notificationUrl: address,
  clientState: 'between-us',
  expiresAt,
} as const;

/** As Graph shows a subscription (Graph docs: subscription). */
const shown = {
  '@odata.context': 'https://graph.example/v1.0/$metadata#subscriptions/$entity',
  id: 's-1',
  resource: 'users',
  applicationId: 'app',
  changeType: 'updated,deleted',
  clientState: null,
  notificationUrl: address,
  lifecycleNotificationUrl: address,
  expirationDateTime: '2026-01-03T04:05:06.7890000Z',
  includeResourceData: null,
};
const known = {
  id: 's-1',
  resource: 'users',
  notificationUrl: address,
  lifecycleNotificationUrl: address,
  expiresAt,
};
const gone = graphError(404, 'ResourceNotFound');
const empty: Step = () => new Response(null, { status: 204 });
const cut: Step = () => {
  throw new TypeError('fetch failed');
};

/** Notifications of a Graph that answers in order, and what it was asked. */
function open(...steps: readonly Step[]) {
  const requests: { method: string; url: string; body: unknown }[] = [];
  const options: GraphOptions = {
    baseUrl: 'https://graph.example',
    clock: { now: () => 0 },
    sleep: async () => undefined,
    credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: 1 }) },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = await request.clone().text();
      const { method, url } = request;
      requests.push({ method, url, body: text === '' ? undefined : JSON.parse(text) });
      const step = steps[requests.length - 1];
      if (!step) throw new Error('no answer left');
      return step(request);
    },
  };
  return { notifications: openNotifications(options), requests };
}

describe('subscribe', () => {
  it('asks for changes and deletions, with one address for both kinds of notification', async () => {
    const { notifications, requests } = open(json(shown, 201));
    expect(await notifications.subscribe(wanted)).toEqual(known);
    const body = {
      changeType: 'updated,deleted',
      notificationUrl: address,
      lifecycleNotificationUrl: address,
      resource: 'users',
      clientState: 'between-us',
      expirationDateTime: '2026-01-03T04:05:06.789Z',
    };
    expect(requests).toEqual([{ method: 'POST', url: root, body }]);
  });

  it.each([
    ['seven digits and an offset', '2026-01-09T00:00:00.1239999+00:00'],
    ['seven digits and Z', '2026-01-09T00:00:00.1239999Z'],
    ['three digits', '2026-01-09T00:00:00.123Z'],
    ['another offset', '2026-01-09T02:00:00.123+02:00'],
  ])('takes the expiry that Graph gave instead: %s', async (_, expirationDateTime) => {
    const { notifications } = open(json({ ...shown, expirationDateTime }, 201));
    const expected = Date.UTC(2026, 0, 9, 0, 0, 0, 123);
    expect(await notifications.subscribe(wanted)).toMatchObject({ expiresAt: expected });
  });

  it.each(['users', '/users', 'Users', '/Users'])('knows %s for users', async (resource) => {
    const { notifications } = open(json({ ...shown, resource }, 201));
    expect(await notifications.subscribe(wanted)).toEqual(known);
  });

  it.each([null, undefined])('knows of no second address where it is %s', async (none) => {
    const { notifications } = open(json({ ...shown, lifecycleNotificationUrl: none }, 201));
    const { lifecycleNotificationUrl } = await notifications.subscribe(wanted);
    expect(lifecycleNotificationUrl).toBeUndefined();
  });

  it('is not sent again where it may have been heard', async () => {
    const { notifications, requests } = open(cut, json(shown, 201));
    const failure = { code: 'unavailable', retryable: true };
    await expect(notifications.subscribe(wanted)).rejects.toMatchObject(failure);
    expect(requests).toHaveLength(1);
  });

  it('is sent again after a throttling', async () => {
    const { notifications, requests } = open(graphError(429, 'x'), json(shown, 201));
    expect(await notifications.subscribe(wanted)).toEqual(known);
    expect(requests).toHaveLength(2);
  });

  it.each([
    [409, 'Conflict', 'conflict'],
    [403, 'Forbidden', 'access-denied'],
    [400, 'InvalidRequest', 'bad-request'],
    [401, 'InvalidAuthenticationToken', 'credential-refused'],
    [404, 'ResourceNotFound', 'bad-answer'],
    [422, 'Unprocessable', 'bad-answer'],
    [500, 'InternalServerError', 'unavailable'],
  ])('fails with %d %s as %s, and repeats nothing of the words', async (status, said, code) => {
    const refusal = json({ error: { code: said, message: JSON.stringify(wanted) } }, status);
    const { notifications } = open(refusal, refusal);
    const error: unknown = await notifications.subscribe(wanted).catch((each: unknown) => each);
    expect(error).toMatchObject({ code, message: expect.stringContaining(String(status)) });
    expect(String(error)).not.toMatch(/between-us|example/);
  });

  it.each([
    ['an expiry without a zone', { ...shown, expirationDateTime: '2026-01-03T04:05:06' }],
    ['no expiry', { ...shown, expirationDateTime: undefined }],
    ['no id', { ...shown, id: '' }],
    ['nothing', undefined],
  ])('refuses an answer with %s', async (_, body) => {
    const { notifications } = open(json(body, 201));
    const failure = { code: 'bad-answer', message: expect.not.stringMatching(/example|2026/) };
    await expect(notifications.subscribe(wanted)).rejects.toMatchObject(failure);
  });
});

describe('renew', () => {
  it('sends the expiry, and nothing beside it', async () => {
    const { notifications, requests } = open(json(shown));
    expect(await notifications.renew('s-1', { expiresAt })).toEqual(known);
    const body = { expirationDateTime: '2026-01-03T04:05:06.789Z' };
    expect(requests).toEqual([{ method: 'PATCH', url: `${root}/s-1`, body }]);
  });

  it('sends a new address with it', async () => {
    const { notifications, requests } = open(json({ ...shown, notificationUrl: moved }));
    const change = { expiresAt, notificationUrl: moved };
    const renewed = await notifications.renew('s-1', change);
    expect(renewed).toEqual({ ...known, notificationUrl: moved });
    expect(requests[0]?.body).toMatchObject({ notificationUrl: moved });
  });

  it('is sent again where its answer is lost', async () => {
    const { notifications, requests } = open(cut, graphError(503, 'x'), json(shown));
    expect(await notifications.renew('s-1', { expiresAt })).toEqual(known);
    expect(requests).toHaveLength(3);
  });

  it('says of a refused address that it was', async () => {
    const { notifications } = open(graphError(400, 'InvalidRequest'));
    const change = { expiresAt, notificationUrl: moved };
    const failure = { code: 'bad-request', message: 'Graph answered 400 InvalidRequest' };
    await expect(notifications.renew('s-1', change)).rejects.toMatchObject(failure);
  });
});

describe('list', () => {
  it('shows all of them', async () => {
    const { notifications } = open(json({ value: [shown] }));
    expect(await notifications.list()).toEqual([known]);
  });
});

describe('find', () => {
  it('shows one', async () => {
    const { notifications, requests } = open(json({ ...shown, id: 'S?1' }));
    expect(await notifications.find('s?1')).toEqual({ ...known, id: 'S?1' });
    expect(requests).toEqual([{ method: 'GET', url: `${root}/s%3F1`, body: undefined }]);
  });
});

describe('unsubscribe', () => {
  it('deletes', async () => {
    const { notifications, requests } = open(empty);
    await notifications.unsubscribe('s-1');
    expect(requests).toEqual([{ method: 'DELETE', url: `${root}/s-1`, body: undefined }]);
  });

  it('is content where a lost try did it', async () => {
    const { notifications, requests } = open(cut, gone);
    await notifications.unsubscribe('s-1');
    expect(requests).toHaveLength(2);
  });
});

describe('a subscription that is gone', () => {
  const attempts: readonly [string, (from: Notifications) => Promise<unknown>][] = [
    ['find', (from) => from.find('s-1')],
    ['renew', (from) => from.renew('s-1', { expiresAt })],
    ['unsubscribe', (from) => from.unsubscribe('s-1')],
  ];

  it.each(attempts)('is none to %s, whatever the code', async (_, attempt) => {
    for (const code of ['ResourceNotFound', 'itemNotFound', 'ExtensionError'])
      expect(await attempt(open(graphError(404, code)).notifications)).toBeUndefined();
  });

  it.each(attempts)('is not told to %s by anybody but Graph', async (_, attempt) => {
    const page: Step = () => new Response('<html>no such site</html>', { status: 404 });
    for (const stranger of [page, json({}, 404)])
      await expect(attempt(open(stranger).notifications)).rejects.toMatchObject({
        code: 'bad-answer',
      });
  });

  it.each([
    ['403', graphError(403, 'Forbidden'), 'access-denied'],
    ['another', json({ ...shown, id: 's-2' }), 'bad-answer'],
    ['410', graphError(410, 'Gone'), 'bad-answer'],
    ['a long pause', graphError(429, 'x', { 'retry-after': '90' }), 'throttled'],
  ])('is not what %s says', async (_, answer, code) => {
    for (const [, attempt] of attempts)
      await expect(attempt(open(answer).notifications)).rejects.toMatchObject({ code });
  });
});
