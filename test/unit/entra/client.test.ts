import { describe, expect, it } from 'vitest';
import { fakeGraph, graphError, json } from './fake-graph.ts';

const url = 'https://graph.example/v1.0/users/delta?$deltatoken=a%2Fb&$deltatoken=c';
const ok = json({ value: [] });
const broken = () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error(), { code: 'ECONNRESET' }),
  });
};

describe('a call', () => {
  it('goes to the exact address, with token and an id of its own', async () => {
    const { graph, requests, credential } = fakeGraph([graphError(503, 'x'), ok]);
    await graph.send({ url, lowPriority: true });
    expect(requests.map((request) => request.url)).toEqual([url, url]);
    const headers = requests.map((request) => Object.fromEntries(request.headers));
    expect(headers[0]).toMatchObject({
      authorization: 'Bearer token-1',
      'x-ms-throttle-priority': 'Low',
      'client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers[0]?.['client-request-id']).not.toBe(headers[1]?.['client-request-id']);
    expect(credential.asked.map(([scope]) => scope)).toEqual(['https://graph.example/.default']);
  });

  it('sends JSON and gives back what 4xx answers say', async () => {
    const { graph, requests } = fakeGraph([graphError(404, 'gone', { 'request-id': 'r-1' })]);
    const answer = await graph.send({ method: 'PATCH', url, body: { a: 1 } });
    expect(await requests[0]?.json()).toEqual({ a: 1 });
    expect(requests[0]?.headers.get('content-type')).toBe('application/json');
    expect(requests[0]?.headers.has('x-ms-throttle-priority')).toBe(false);
    expect(answer).toMatchObject({ status: 404, requestId: 'r-1', body: { error: {} } });
  });

  it('takes an empty answer', async () => {
    const { graph } = fakeGraph([() => new Response(null, { status: 204 })]);
    expect(await graph.send({ method: 'DELETE', url })).toMatchObject({ status: 204 });
  });

  it('sends nothing, not even for a token, to a foreign address', async () => {
    const { graph, requests, credential } = fakeGraph([ok]);
    await expect(graph.send({ url: 'https://evil.example/v1.0/users' })).rejects.toMatchObject({
      code: 'bad-link',
    });
    expect([requests, credential.asked]).toEqual([[], []]);
  });
});

describe('pauses and repetitions', () => {
  it('waits as long as it is asked to', async () => {
    const date = new Date(Date.UTC(2026, 0, 1, 0, 0, 12)).toUTCString();
    const { graph, pauses, counted } = fakeGraph([
      graphError(429, 'TooManyRequests', { 'retry-after': '2.5' }),
      graphError(503, 'x', { 'retry-after': date }),
      ok,
    ]);
    await graph.send({ url });
    expect(pauses).toEqual([2_500, 9_500]);
    expect(counted()).toBe(3);
  });

  it('grows its pauses where it is not', async () => {
    const { graph, pauses } = fakeGraph([broken, graphError(500, 'x'), graphError(429, 'x'), ok]);
    await graph.send({ url });
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  it('gives up after four tries', async () => {
    const { graph, requests } = fakeGraph([broken, broken, broken, broken, ok]);
    await expect(graph.send({ url })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNRESET'),
    });
    expect(requests).toHaveLength(4);
  });

  it.each([
    [429, 'throttled'],
    [503, 'unavailable'],
  ])('leaves a long wait after %d to the caller', async (status, code) => {
    const { graph, pauses } = fakeGraph([graphError(status, 'x', { 'retry-after': '90' })]);
    const failure = { code, retryable: true, retryAfterSeconds: 90 };
    await expect(graph.send({ url })).rejects.toMatchObject(failure);
    expect(pauses).toEqual([]);
  });

  it('spends no more than 60 s in all', async () => {
    const busy = graphError(429, 'x', { 'retry-after': '25' });
    const { graph, pauses } = fakeGraph([busy, busy, busy, busy]);
    await expect(graph.send({ url })).rejects.toMatchObject({ code: 'throttled' });
    expect(pauses).toEqual([25_000, 25_000]);
  });

  it.each([
    ['a broken connection', broken, 1],
    ['500', graphError(500, 'x'), 1],
    ['504', graphError(504, 'x'), 1],
    ['503', graphError(503, 'x'), 2],
    ['429', graphError(429, 'x'), 2],
  ])('repeats a POST after %s only where nothing was done', async (_, step, tries) => {
    const { graph, requests } = fakeGraph([step, ok]);
    await graph.send({ method: 'POST', url, body: {} }).catch(() => undefined);
    expect(requests).toHaveLength(tries);
  });

  it('repeats a POST that only reads', async () => {
    const { graph } = fakeGraph([broken, ok]);
    await graph.send({ method: 'POST', url, body: {}, repeatable: true });
  });
});

describe('refusals', () => {
  it('answers a 401 with a fresh token, once', async () => {
    const { graph, requests, credential } = fakeGraph([graphError(401, 'Invalid'), ok]);
    await graph.send({ url });
    expect(requests.map((request) => request.headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    const claims: unknown = JSON.parse(credential.asked[1]?.[1].claims ?? '');
    expect(claims).toEqual({ access_token: { nbf: { essential: true, value: '1767225600' } } });
  });

  it('asks for the claims that the challenge names', async () => {
    const wanted = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const challenge = `Bearer realm="", claims="${Buffer.from(wanted).toString('base64')}"`;
    const refused = graphError(401, 'x', { 'www-authenticate': challenge });
    const { graph, credential } = fakeGraph([refused, ok]);
    await graph.send({ url });
    expect(credential.asked[1]?.[1].claims).toBe(wanted);
  });

  it.each([
    [401, 'credential-refused'],
    [403, 'access-denied'],
  ])('reports a lasting %d', async (status, code) => {
    const refused = graphError(status, 'Authorization_Some', { 'request-id': 'r-9' });
    const { graph, requests } = fakeGraph([refused, refused, ok]);
    await expect(graph.send({ url })).rejects.toMatchObject({
      code,
      retryable: false,
      message: `Graph answered ${status} Authorization_Some, request-id r-9`,
    });
    expect(requests).toHaveLength(status === 401 ? 2 : 1);
  });
});

describe('answers that are none', () => {
  it.each([
    ['a redirect', () => Response.redirect('https://graph.example/v1.0/elsewhere', 302)],
    ['501', graphError(501, 'NotImplemented')],
    ['half a JSON', () => new Response('{"value": [')],
    ['bytes that are not UTF-8', () => new Response(new Uint8Array([0x22, 0xff, 0x22]))],
    ['too many bytes', () => new Response('x'.repeat(101))],
  ])('refuses %s', async (_, step) => {
    const { graph, requests } = fakeGraph([step, ok], { maxBodyBytes: 100 });
    await expect(graph.send({ url })).rejects.toMatchObject({ code: 'bad-answer' });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.redirect).toBe('manual');
  });
});
