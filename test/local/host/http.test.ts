import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, startHost } from '../../../local/host/host.ts';

const root = fileURLToPath(new URL('fixtures/app', import.meta.url));
let host: Host;

beforeAll(async () => {
  host = await startHost({ root, env: { TICK_SCHEDULE: '* * * * * *', LOG_LEVEL: 'critical' } });
});
afterAll(() => host.close());

const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);

/** Sends bytes as they are and reads until the server closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('HTTP conversion', () => {
  it('hands over method, parameters, query, headers and body', async () => {
    const answer = await get('/Echo/a%20b/c%2Fd?x=1&y=2&x=3&empty=', {
      method: 'POST',
      body: 'héllo',
      headers: { 'x-kind': 'mine' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-kind')).toBe('mine');
    expect(await answer.json()).toEqual({
      method: 'POST',
      url: `${host.url}/Echo/a%20b/c%2Fd?x=1&y=2&x=3&empty=`,
      params: { first: 'a b', second: 'c%2Fd' },
      query: { x: '1,3', y: '2', empty: '' },
      text: 'héllo',
    });
  });

  it('leaves out an optional parameter and keeps the status', async () => {
    const answer = await get('/echo/one', { method: 'PUT' });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({ params: { first: 'one' }, text: '' });
  });

  it('carries bytes both ways, cookies, and a length of its own', async () => {
    const answer = await get('/bytes', { method: 'POST', body: new Uint8Array([0, 1, 255]) });
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([255, 1, 0]);
    expect(answer.headers.get('set-cookie')).toBe(
      'visited=a%20b; Max-Age=60; Path=/; SameSite=Lax; HttpOnly',
    );
  });

  it('answers 204 for nothing, and an empty 500 for a throw or a wrong response', async () => {
    expect((await get('/nothing', { method: 'POST' })).status).toBe(204);
    const thrown = await get('/throws');
    expect([thrown.status, await thrown.text()]).toEqual([500, '']);
    expect((await get('/wrong')).status).toBe(500);
    expect(host.invocations().throws).toEqual({ count: 1, failed: 1 });
  });
});

describe('HTTP routing', () => {
  it('prefers literals, checks constraints, takes the rest of a path', async () => {
    expect(await (await get('/echo/literal')).text()).toBe('won');
    expect(await (await get('/number/-5')).text()).toBe('int -5');
    expect((await get('/number/five')).status).toBe(404);
    expect((await get('/number/99999999999')).status).toBe(404);
    expect(await (await get('/files/a/b%20c')).text()).toBe('a/b c');
    expect(await (await get('/files')).text()).toBe('nothing');
  });

  it('answers 404 without a body for unknown paths and methods alike', async () => {
    for (const [path, method] of [
      ['/unknown', 'GET'],
      ['/echo/a/b/c', 'GET'],
      ['/echo', 'GET'],
      ['/echo/literal', 'DELETE'],
    ] as const) {
      const answer = await get(path, { method });
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, '']);
    }
  });
});

describe('malformed requests', () => {
  it('answers 400 or survives', async () => {
    expect(await raw('GET /%zz/%E0%A4%A HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 404/);
    expect(await raw('GET /echo/%zz HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 200/);
    expect(await raw('GET /echo/a HTTP/1.1\r\nHost: a b|c\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await raw('GET //evil.example/x HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 404/);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    await raw('POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort');
    expect((await get('/echo/fine')).status).toBe(200);
  });

  it('refuses a body beyond 100 MB before reading it', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-length': String(100 * 1024 * 1024 + 1) };
      const request = rawRequest(`${host.url}/bytes`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe(413);
  });
});

describe('invocations', () => {
  it('run the hooks, which may wrap the function and change its result', async () => {
    expect(await (await get('/hooked')).json()).toEqual({
      seen: ['start', 'pre', 'wrapped', 'function', 'post'],
      before: { body: 'own' },
    });
  });

  it('fail when they take longer than functionTimeout', async () => {
    expect((await get('/stuck')).status).toBe(500);
    expect(host.invocations().stuck).toEqual({ count: 1, failed: 1 });
  });
});

describe('timers', () => {
  const state = async () => {
    const answer = await get('/timers');
    return (await answer.json()) as { seen: unknown[]; most: number; started: number };
  };

  it('run on their schedule from a setting, at start, and on demand, never overlapping', async () => {
    await expect
      .poll(async () => (await state()).seen.length, { timeout: 5000 })
      .toBeGreaterThan(1);
    await Promise.all([host.runTimer('tick'), host.runTimer('tick'), host.runTimer('tick')]);
    const { seen, most, started } = await state();
    expect(seen.length).toBeGreaterThan(4);
    expect(most).toBe(1);
    expect(started).toBe(1);
    expect(seen.at(-1)).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: expect.stringMatching(/^\d{4}-.*Z$/),
        lastUpdated: expect.stringMatching(/^\d{4}-.*Z$/),
        next: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      isPastDue: false,
    });
    await expect(host.runTimer('unknown')).rejects.toThrow('unknown');
  });
});

describe('closing', () => {
  it('lets a request in progress finish', async () => {
    const slow = get('/slow');
    await expect.poll(() => host.invocations().slow?.count).toBe(1);
    await host.close();
    expect(await (await slow).text()).toBe('done');
    await expect(get('/echo/late')).rejects.toThrow();
  });
});
