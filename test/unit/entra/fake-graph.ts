import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import { type GraphOptions, openGraph } from '../../../lib/entra/client.ts';

/** What the other end does with one request. */
export type Step = (request: Request) => Response | Promise<Response>;

/** JSON as Graph sends it. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Step {
  return () =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
}

/** An error in Graph's envelope. */
export function graphError(status: number, code: string, headers?: Record<string, string>): Step {
  const innerError = { 'request-id': 'inner', date: '2026-01-01T00:00:00' };
  return json({ error: { code, message: 'Secret Person', innerError } }, status, headers);
}

/** A credential that numbers its tokens and remembers what it was asked for. */
function countingCredential(): TokenCredential & { asked: [string, GetTokenOptions][] } {
  const asked: [string, GetTokenOptions][] = [];
  let issued = 0;
  return {
    asked,
    getToken: async (scopes, options = {}): Promise<AccessToken> => {
      asked.push([String(scopes), options]);
      if (issued === 0 || options.claims !== undefined) issued += 1;
      return { token: `token-${issued}`, expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
    },
  };
}

/** A Graph of answers in order, with a clock that only pauses move. */
export function fakeGraph(steps: readonly Step[], options: Partial<GraphOptions> = {}) {
  const requests: Request[] = [];
  const pauses: number[] = [];
  const credential = countingCredential();
  let now = Date.UTC(2026, 0, 1);
  let counted = 0;
  const graph = openGraph({
    baseUrl: 'https://graph.example',
    credential,
    clock: { now: () => now },
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
    },
    count: () => {
      counted += 1;
    },
    random: () => 0,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      const step = steps[requests.length - 1];
      if (!step) throw new Error('no answer left');
      return step(request);
    },
    ...options,
  });
  return { graph, requests, pauses, credential, counted: () => counted };
}
