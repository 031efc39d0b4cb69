import { describe, expect, it } from 'vitest';
import { batch, notFound, subError, subRequestsOf, throttled } from './fake-batch.ts';
import { fakeGraph, graphError, json, type Step } from './fake-graph.ts';

const urls = ['/users/a', '/users/b', '/users/c'];
const bodyOf = (url: string) => ({ body: { url } });
const answerAll = batch(bodyOf);

/** Parts by the paths they ask for, in every request that was sent. */
async function asked(requests: readonly Request[]) {
  return Promise.all(
    requests.map(async (request) => (await subRequestsOf(request)).map(({ url }) => url)),
  );
}

describe('sendBatch', () => {
  it('sends GET requests as one and gives answers back in their order', async () => {
    const { graph, requests, counted } = fakeGraph([answerAll]);
    const answers = await graph.sendBatch(urls);
    expect(answers.map(({ body }) => body)).toEqual(urls.map((url) => ({ url })));
    expect(counted()).toBe(1);
    const [request] = requests;
    expect(request?.method).toBe('POST');
    expect(request?.url).toBe('https://graph.example/v1.0/$batch');
    expect(request && (await subRequestsOf(request))).toEqual(
      urls.map((url, place) => ({ id: String(place), method: 'GET', url })),
    );
  });

  it('asks nothing about nothing', async () => {
    const { graph, requests } = fakeGraph([]);
    expect(await graph.sendBatch([])).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('leaves 4xx to those who asked', async () => {
    const { graph } = fakeGraph([
      batch((url) => (url === '/users/b' ? notFound : subError(400, 'Request_BadRequest'))),
    ]);
    const answers = await graph.sendBatch(urls);
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 400]);
  });

  it('goes past the Retry-After of the whole batch', async () => {
    const busy = graphError(429, 'TooManyRequests', { 'retry-after': '2' });
    const { graph, pauses } = fakeGraph([busy, graphError(503, 'x'), answerAll]);
    expect(await graph.sendBatch(urls)).toHaveLength(3);
    expect(pauses).toEqual([2_000, 1_000]);
  });

  it.each([
    ['401', { status: 401, body: {} }, 'credential-refused'],
    ['403', subError(403, 'Authorization_RequestDenied'), 'access-denied'],
    ['501', subError(501, 'NotImplemented'), 'bad-answer'],
    ['302', { status: 302, headers: { Location: 'https://elsewhere.example' } }, 'bad-answer'],
  ])('fails with the part that fails for good: %s', async (_, answer, code) => {
    const { graph, requests } = fakeGraph([
      batch((url) => (url === '/users/b' ? answer : bodyOf(url))),
    ]);
    await expect(graph.sendBatch(urls)).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('Secret'),
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a batch that was throttled in parts', () => {
  it('is repeated in those parts alone, after the longest pause they ask for', async () => {
    const { graph, requests, pauses } = fakeGraph([
      batch((url) => {
        if (url === '/users/a') return throttled('1.5');
        return url === '/users/c' ? throttled(2.128) : bodyOf(url);
      }),
      answerAll,
    ]);
    const answers = await graph.sendBatch(urls);
    expect(answers.map(({ body }) => body)).toEqual(urls.map((url) => ({ url })));
    expect(await asked(requests)).toEqual([urls, ['/users/a', '/users/c']]);
    expect(pauses).toEqual([2_128]);
  });

  it('is repeated as long as something comes through', async () => {
    const all = Array.from({ length: 7 }, (_, place) => `/users/${place}`);
    let round = -1;
    const oneEach: Step = (request) => {
      round += 1;
      return batch((url) => (url === all[round] ? bodyOf(url) : throttled()))(request);
    };
    const { graph, pauses } = fakeGraph(all.map(() => oneEach));
    expect(await graph.sendBatch(all)).toHaveLength(7);
    expect(pauses).toEqual(Array.from({ length: 6 }, () => 500));
  });

  it.each([
    ['429', throttled(), 'throttled'],
    ['424', subError(424, 'FailedDependency'), 'throttled'],
    ['503', subError(503, 'serviceNotAvailable'), 'unavailable'],
    ['504', { status: 504 }, 'unavailable'],
  ])('is given up after four tries: %s', async (_, answer, code) => {
    const busy = batch((url) => (url === '/users/b' ? answer : bodyOf(url)));
    const { graph, requests, pauses } = fakeGraph([busy, busy, busy, busy]);
    await expect(graph.sendBatch(urls)).rejects.toMatchObject({ code, retryable: true });
    expect(await asked(requests)).toEqual([urls, ['/users/b'], ['/users/b'], ['/users/b']]);
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  it('is given up at once where the pause is too long', async () => {
    const { graph, pauses } = fakeGraph([
      batch((url) => (url === '/users/b' ? throttled(120) : throttled(1))),
    ]);
    const failure = { code: 'throttled', retryAfterSeconds: 120 };
    await expect(graph.sendBatch(urls)).rejects.toMatchObject(failure);
    expect(pauses).toEqual([]);
  });

  it('is given up when the call has taken a minute, pauses of the whole included', async () => {
    const whole = graphError(429, 'TooManyRequests', { 'retry-after': '25' });
    const part = batch((url) => (url === '/users/a' ? throttled(20) : bodyOf(url)));
    const { graph, requests, pauses } = fakeGraph([part, whole, part]);
    const failure = { code: 'throttled', retryAfterSeconds: 20 };
    await expect(graph.sendBatch(urls)).rejects.toMatchObject(failure);
    expect(pauses).toEqual([20_000, 25_000]);
    expect(requests).toHaveLength(3);
  });

  it('counts although it says 424 as a whole', async () => {
    const { graph } = fakeGraph([
      batch((url) => (url === '/users/a' ? throttled(1) : bodyOf(url)), 424),
      answerAll,
    ]);
    expect(await graph.sendBatch(urls)).toHaveLength(3);
  });
});

describe('a batch that is answered badly', () => {
  const part = (id: string) => ({ id, status: 200, body: {} });

  it.each([
    ['a part is missing', [part('0'), part('1')]],
    ['a part is there twice', [part('0'), part('1'), part('2'), part('2')]],
    ['a part takes the place of another', [part('0'), part('1'), part('1')]],
    ['a part was not asked for', [part('0'), part('1'), part('2'), part('3')]],
    ['the ids are others', [part('x'), part('y'), part('z')]],
    ['a part has no status', [part('0'), part('1'), { id: '2', body: {} }]],
    ['nothing is there', []],
    ['there is no list', undefined],
  ])('is refused when %s', async (_, responses) => {
    const { graph } = fakeGraph([json({ responses })]);
    await expect(graph.sendBatch(urls)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it.each([
    ['its JSON ends early', () => new Response('{"responses":[{"id":"0","sta')],
    ['it is empty', () => new Response('')],
    ['it says 400', graphError(400, 'BadRequest')],
    ['it says 404', graphError(404, 'Request_ResourceNotFound')],
    ['it says 424 and no more', graphError(424, 'FailedDependency')],
  ])('is refused when %s', async (_, step) => {
    const { graph } = fakeGraph([step]);
    await expect(graph.sendBatch(urls)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('is refused when a part is missing from the repetition', async () => {
    const { graph } = fakeGraph([
      batch((url) => (url === '/users/b' ? throttled(1) : bodyOf(url))),
      json({ responses: [] }),
    ]);
    await expect(graph.sendBatch(urls)).rejects.toMatchObject({ code: 'bad-answer' });
  });
});
