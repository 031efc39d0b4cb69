import { setTimeout } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import { authentication } from './authentication.ts';
import { getInBatch } from './batch.ts';
import { type GraphBase, graphUrl, parseGraphBase } from './graph-base.ts';
import { type GraphAnswer, refusalOf } from './graph-error.ts';
import { CallOptions, carriedError, middlewareChain } from './middleware.ts';
import type { Pauses } from './pauses.ts';
import { retrying } from './retry.ts';
import { transport } from './transport.ts';

/** How to reach a tenant's Graph. */
export interface GraphOptions {
  /** Origin of Graph, such as `https://graph.microsoft.com`. */
  readonly baseUrl: string;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  /** Called once for every request that is sent, repetitions included. */
  readonly count?: () => void;
  /** Called with the number of writes that are sent, repetitions included. */
  readonly countWrites?: (writes: number) => void;
  /** Called with the resource units that an answer says it cost (Graph docs: throttling limits). */
  readonly countUnits?: (units: number) => void;
  readonly fetch?: typeof fetch;
  /** @param milliseconds how long to pause before a repetition */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** 0 to 1, for the jitter of pauses. */
  readonly random?: () => number;
  /** Of one try; default 60. A call as a whole never takes longer than 60 s. */
  readonly timeoutSeconds?: number;
  /** Largest answer that is read, after decompression; default 20 MB. */
  readonly maxBodyBytes?: number;
}

/** One request. */
export interface GraphCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `graphUrl` or `ownLink`. */
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Whether sending it twice does no harm; by default everything but POST. */
  readonly repeatable?: boolean;
  /** Not even sent again after 503, which may come from something on the way when the work is done. */
  readonly once?: boolean;
  /** Bulk work: Graph throttles it before anything else (Graph docs: throttling). */
  readonly lowPriority?: boolean;
  /** As advanced queries take it (Graph docs: advanced query capabilities). */
  readonly eventual?: boolean;
}

/** A tenant's Graph. */
export interface Graph {
  readonly base: GraphBase;
  /**
   * Sends one request, with token, repetitions and limits.
   * @returns answers with 2xx, and those with 4xx but 401, 403 and 429
   * @throws AppError `bad-link`, `bad-answer` (no JSON, too large, a redirect, 501),
   *   `credential-refused`, `access-denied`, `throttled`, `unavailable`
   */
  send(call: GraphCall): Promise<GraphAnswer>;
  /**
   * Sends up to 20 GET requests as one call, repeating only those that fail in passing.
   * @param urls paths below the version with their query, such as `/users/1?$select=id`
   * @param eventual as in `GraphCall`
   * @returns answers in the order of the requests, with the same statuses as `send`
   * @throws AppError as `send`, also for any one of the requests
   */
  sendBatch(urls: readonly string[], eventual?: boolean): Promise<readonly GraphAnswer[]>;
}

const EVENTUAL = { ConsistencyLevel: 'eventual' };
const CALL_SECONDS = 60;
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/** @throws AppError `bad-configuration` when the base URL is no https address */
export function openGraph(options: GraphOptions): Graph {
  const base = parseGraphBase(options.baseUrl);
  const { clock } = options;
  const pauses: Pauses = {
    clock,
    sleep: options.sleep ?? ((milliseconds) => setTimeout(milliseconds)),
    random: options.random ?? Math.random,
  };
  const client = openClient(options, base, pauses);
  const send = async (call: GraphCall, deadline: number) =>
    accepted(await sendOnce(client, call, deadline));
  const newDeadline = () => clock.now() + CALL_SECONDS * 1_000;
  const batch = { method: 'POST', url: graphUrl(base, '/$batch'), repeatable: true } as const;
  return {
    base,
    send: (call) => send(call, newDeadline()),
    sendBatch: (urls, eventual = false) => {
      const deadline = newDeadline();
      const headers = eventual ? { headers: EVENTUAL } : {};
      return getInBatch(
        { pauses, deadline, post: (body) => send({ ...batch, body }, deadline) },
        urls.map((url, index) => ({ id: String(index), method: 'GET', url, ...headers })),
      );
    },
  };
}

function openClient(options: GraphOptions, base: GraphBase, pauses: Pauses): Client {
  const { clock } = options;
  return Client.initWithMiddleware({
    baseUrl: base.origin,
    middleware: middlewareChain([
      authentication({ base, credential: options.credential, clock }),
      retrying(pauses),
      transport({
        clock,
        fetch: options.fetch ?? fetch,
        count: options.count ?? (() => undefined),
        countUnits: options.countUnits ?? (() => undefined),
        timeoutSeconds: options.timeoutSeconds ?? CALL_SECONDS,
        maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
      }),
    ]),
  });
}

async function sendOnce(client: Client, call: GraphCall, deadline: number): Promise<Response> {
  const { method = 'GET', url, body, once = false } = call;
  const repeatable = call.repeatable ?? method !== 'POST';
  const request = client
    .api(url)
    .middlewareOptions([new CallOptions({ url, repeatable, once, deadline })])
    .headers(headersOf(call))
    .responseType(ResponseType.RAW);
  const send = {
    GET: () => request.get(),
    POST: () => request.post(body),
    PATCH: () => request.patch(body),
    DELETE: () => request.delete(),
  };
  try {
    const response: unknown = await send[method]();
    if (response instanceof Response) return response;
  } catch (error) {
    throw carriedError(error);
  }
  throw new TypeError('the Graph SDK returned no raw response');
}

function headersOf({ lowPriority = false, eventual = false }: GraphCall): Record<string, string> {
  return { ...(lowPriority && { 'x-ms-throttle-priority': 'Low' }), ...(eventual && EVENTUAL) };
}

async function accepted(response: Response): Promise<GraphAnswer> {
  const { status } = response;
  const text = decode(await response.arrayBuffer());
  const requestId = response.headers.get('request-id') ?? undefined;
  const answer = { status, requestId, body: parse(text) };
  const refusal = refusalOf(answer);
  if (refusal) throw refusal;
  if (status < 300 && text !== '' && answer.body === undefined)
    throw new AppError('bad-answer', 'an answer of Graph is not JSON');
  return answer;
}

/** UTF-8 as RFC 8259 section 8.1 demands; undefined bytes would become other names silently. */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('bad-answer', 'an answer of Graph is not UTF-8', { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
