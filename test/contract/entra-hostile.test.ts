import { ClientSecretCredential, type TokenCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphOptions } from '../../lib/entra/client.ts';
import { openEntra } from '../../lib/entra/directory.ts';
import { DEFAULT_SELECTION } from '../unit/entra/default-selection.ts';
import { type Handler, type HostileGraph, json, startHostileGraphs } from './hostile-graph.ts';

let graph: HostileGraph;
let elsewhere: HostileGraph;

beforeAll(async () => {
  [graph, elsewhere] = await startHostileGraphs();
});
afterAll(() => Promise.all([graph.close(), elsewhere.close()]));

const guid = '11111111-1111-4111-8111-111111111111';
const clock = { now: () => Date.now() };
const link = (query: string) => `${graph.origin}/v1.0/users/delta?${query}`;
const lastPage: Handler = (request, response) => {
  json({ value: [{ id: guid }], '@odata.deltaLink': link('$deltatoken=d') })(request, response);
};
const throttled = (seconds: string) =>
  json({ error: { code: 'TooManyRequests' } }, 429, { 'retry-after': seconds });

function feed(options: Partial<GraphOptions> = {}) {
  let tokens = 0;
  const credential: TokenCredential = {
    getToken: async (_, asked) => {
      if (tokens === 0 || asked?.claims) tokens += 1;
      return { token: `t${tokens}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  return openEntra({ baseUrl: graph.origin, credential, clock, ...options }, DEFAULT_SELECTION);
}

describe('a Graph that is busy', () => {
  it('is left alone for the fraction of a second it asks for', async () => {
    graph.answerWith(throttled('0.2'), lastPage);
    const from = performance.now();
    expect((await feed().readPage('user', null)).items).toHaveLength(1);
    expect(performance.now() - from).toBeGreaterThanOrEqual(199);
    expect(graph.received).toHaveLength(2);
  });

  it('is not asked again when it wants a long pause', async () => {
    graph.answerWith(throttled('300'));
    const failure = { code: 'throttled', retryAfterSeconds: 300 };
    await expect(feed().readPage('user', null)).rejects.toMatchObject(failure);
    expect(graph.received).toHaveLength(1);
  });
});

describe('a Graph that leads astray', () => {
  it('gets nobody to follow its link, nor their token', async () => {
    elsewhere.answerWith(lastPage);
    const foreign = `${elsewhere.origin}/v1.0/users/delta?$skiptoken=a`;
    graph.answerWith(json({ value: [], '@odata.nextLink': foreign }));
    await expect(feed().readPage('user', null)).rejects.toMatchObject({ code: 'bad-link' });
    await expect(feed().readPage('user', foreign)).rejects.toMatchObject({ code: 'bad-link' });
    expect(elsewhere.received).toEqual([]);
    expect(graph.received).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])('gets nobody to follow a %d', async (status) => {
    elsewhere.answerWith(lastPage);
    const location = `${elsewhere.origin}/v1.0/users/delta`;
    graph.answerWith(json({}, status, { location }));
    await expect(feed().readPage('user', null)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(elsewhere.received).toEqual([]);
  });
});

describe('a Graph that answers badly', () => {
  it('is refused when its JSON ends early', async () => {
    graph.answerWith((_, response) => response.end('{"value": [{"id": '));
    await expect(feed().readPage('user', null)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('is refused when a page has both links', async () => {
    const both = {
      '@odata.nextLink': link('$skiptoken=a'),
      '@odata.deltaLink': link('$deltatoken=b'),
    };
    graph.answerWith(json({ value: [], ...both }));
    await expect(feed().readPage('user', null)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('is not read to the end of 30 MB', async () => {
    let sent = 0;
    graph.answerWith((_, response) => {
      const send = (): void => {
        while (sent < 30 && !response.destroyed) {
          sent += 1;
          if (!response.write('x'.repeat(1024 * 1024))) {
            response.once('drain', send);
            return;
          }
        }
        response.end();
      };
      send();
    });
    await expect(feed().readPage('user', null)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(sent).toBeLessThan(30);
    expect(graph.received).toHaveLength(1);
  });

  it('is asked again when the connection breaks within the answer', async () => {
    graph.answerWith((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"value": [');
      setImmediate(() => response.destroy());
    }, lastPage);
    expect((await feed({ random: () => 0 }).readPage('user', null)).items).toHaveLength(1);
  });

  it.each([
    ['before its headers', () => undefined],
    [
      'within its body',
      (_: unknown, response: { write(text: string): unknown }) => response.write('{'),
    ],
  ])('is given up when it hangs %s', async (_, hang) => {
    graph.answerWith(hang);
    const entra = feed({ timeoutSeconds: 0.1, sleep: async () => undefined });
    await expect(entra.readPage('user', null)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('TimeoutError'),
    });
    expect(graph.received).toHaveLength(4);
  });
});

describe('a Graph that refuses the token', () => {
  const refusal = json({ error: { code: 'InvalidAuthenticationToken' } }, 401);

  it('gets a fresh one', async () => {
    graph.answerWith(refusal, lastPage);
    await feed().readPage('user', null);
    expect(graph.received.map((each) => each.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('gets it once', async () => {
    graph.answerWith(refusal);
    await expect(feed().readPage('user', null)).rejects.toMatchObject({
      code: 'credential-refused',
    });
    expect(graph.received).toHaveLength(2);
  });
});

describe('the sign-in service, asked by the genuine credential', () => {
  let number = 0;

  /** A new client every time: the credential's library keeps tokens of a client for the process. */
  function signedIn(token: Handler) {
    const graphRequests: string[] = [];
    const routes: Handler = (request, response) => {
      const path = request.url ?? '';
      if (path.includes('/.well-known/'))
        return json({
          issuer: `${graph.origin}/${guid}/v2.0`,
          authorization_endpoint: `${graph.origin}/authorize`,
          token_endpoint: `${graph.origin}/${guid}/oauth2/v2.0/token`,
          jwks_uri: `${graph.origin}/keys`,
        })(request, response);
      if (path.includes('/token')) return token(request, response);
      graphRequests.push(request.headers.authorization ?? '');
      return (graphRequests.length === 1 ? json({}, 401) : lastPage)(request, response);
    };
    graph.answerWith(routes);
    number += 1;
    const client = `22222222-2222-4222-8222-${String(number).padStart(12, '0')}`;
    const credential = new ClientSecretCredential(guid, client, 'the-secret', {
      authorityHost: graph.origin,
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 0 },
    });
    return { entra: feed({ credential }), graphRequests };
  }

  it('is asked past the cache after a 401', async () => {
    let issued = 0;
    const { entra, graphRequests } = signedIn((request, response) => {
      issued += 1;
      json({ token_type: 'Bearer', expires_in: 3599, access_token: `token-${issued}` })(
        request,
        response,
      );
    });
    await entra.readPage('user', null);
    await entra.readPage('user', null);
    expect(graphRequests).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  });

  it.each([
    [401, 'invalid_client', 7_000_215],
    [401, 'invalid_client', 7_000_222],
    [400, 'unauthorized_client', 700_016],
    [400, 'invalid_request', 90_002],
  ])('refuses: %d %s %d', async (status, error, code) => {
    const error_description = `AADSTS${code}: the-secret is wrong.\r\nTrace ID: x`;
    const { entra } = signedIn(json({ error, error_description, error_codes: [code] }, status));
    await expect(entra.readPage('user', null)).rejects.toMatchObject({
      code: 'credential-refused',
      message: `Entra refused the credential: AADSTS${code}`,
    });
  });

  it.each([
    ['503', json({}, 503)],
    [
      'a page of HTML',
      (_: unknown, response: { end(text: string): unknown }) => response.end('<p>'),
    ],
    ['a broken connection', (request: { destroy(): unknown }) => request.destroy()],
  ])('is out of reach: %s', async (_, answer) => {
    const { entra } = signedIn(answer);
    await expect(entra.readPage('user', null)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
