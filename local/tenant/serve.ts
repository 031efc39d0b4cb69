import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answerControl } from './controls/answer-control.ts';
import type { ControlAnswer, ControlWorld } from './controls/control.ts';
import { passTime } from './directory/retention.ts';
import { type Answering, answerCall } from './graph/answer-call.ts';
import { type Caller, type GraphAnswer, parseTarget } from './graph/graph-call.ts';
import {
  badRequest,
  errorAnswer,
  GraphError,
  invalidToken,
  requestIds,
} from './graph/graph-error.ts';
import { plainHeaders, readText, sendAnswer } from './http.ts';
import { answerSignIn, isForGraph, type SignInWorld } from './sign-in/sign-in.ts';

/** The three parts of the server. */
export interface TenantServer {
  readonly answering: Answering;
  readonly control: ControlWorld;
  readonly signIn: SignInWorld;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Answers one HTTP request. Never throws. */
export async function answerRequest(
  server: TenantServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const text = await readText(request);
    const target = parseTarget(request.url ?? '/');
    if (target.segments[0] === '__tenant') {
      await sendControl(response, controlAnswer(server, request, { ...target, text }));
      return;
    }
    sendAnswer(response, await publicAnswer(server, request, { ...target, text }));
  } catch (error) {
    if (response.headersSent) response.destroy();
    else
      sendAnswer(response, {
        status: 400,
        body: { error: { code: 'BadRequest', message: String(error) } },
      });
  }
}

/** What the request line and the body say. */
interface Received {
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly text: string;
}

/** The controls take no token, so they only listen to this machine. */
function controlAnswer(
  server: TenantServer,
  request: IncomingMessage,
  { segments, query, text }: Received,
): ControlAnswer {
  if (!LOOPBACK.has(request.socket.remoteAddress ?? '')) {
    return { status: 403, body: { error: 'The controls are for this machine only.' } };
  }
  const body = text === '' ? undefined : JSON.parse(text);
  const method = request.method ?? 'GET';
  return answerControl(server.control, { method, segments: segments.slice(1), query, body });
}

async function sendControl(response: ServerResponse, answer: ControlAnswer): Promise<void> {
  if (!('lines' in answer)) {
    sendAnswer(response, answer);
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  await pipeline(Readable.from(batched(answer.lines)), response);
}

/** Lines put together, because writing each on its own would cost more than making them. */
function* batched(lines: Iterable<string>): Generator<string> {
  let batch = '';
  for (const line of lines) {
    batch += line;
    if (batch.length < 65_536) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

async function publicAnswer(
  server: TenantServer,
  request: IncomingMessage,
  received: Received,
): Promise<GraphAnswer> {
  const method = request.method ?? 'GET';
  const origin = `https://${request.headers.host ?? 'localhost'}`;
  if (received.segments[0]?.toLowerCase() === 'v1.0') {
    return graphAnswer(server, request, { ...received, origin });
  }
  const form = new URLSearchParams(method === 'POST' ? received.text : '');
  const { authorization } = request.headers;
  const { segments, query } = received;
  const asked = { method, segments, query, form, authorization, origin };
  const answer = answerSignIn(server.signIn, asked);
  if (answer === undefined) return { status: 404, body: { error: 'not found' } };
  if (typeof answer.body === 'object' && 'access_token' in (answer.body ?? {})) {
    server.control.stats.token();
  }
  return answer;
}

async function graphAnswer(
  server: TenantServer,
  request: IncomingMessage,
  received: Received & { readonly origin: string },
): Promise<GraphAnswer> {
  const { answering } = server;
  const { world, stats } = answering;
  const headers = plainHeaders(request);
  stats.request();
  passTime(world.directory, world.clock.now());
  world.subscriptions.alarms.ring();
  try {
    const caller = callerOf(server, headers.authorization);
    const target = { method: request.method ?? 'GET', segments: received.segments.slice(1) };
    if (world.faults.take('expiredToken', target) !== undefined) throw expiredToken();
    return await answerCall(answering, {
      ...target,
      query: received.query,
      headers,
      body: parsedBody(received.text),
      caller,
      origin: received.origin,
    });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    stats.answer(error.status);
    return errorAnswer(error, requestIds(headers['client-request-id']), world.clock.wallNow());
  }
}

const expiredToken = (): GraphError =>
  invalidToken('Lifetime validation failed, the token is expired.');

function parsedBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
}

function callerOf(
  { signIn: { tokens, tenantId, apps }, answering }: TenantServer,
  authorization: string | undefined,
): Caller {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw invalidToken('Access token is empty.');
  const checked = tokens.check(token);
  if ('problem' in checked) throw invalidToken(checked.problem);
  const { claims } = checked;
  if (!isForGraph(claims.aud) || claims.tid !== tenantId) {
    throw invalidToken('Access token validation failure. Invalid audience.');
  }
  const { clock } = answering.world;
  const authorizedUntil = clock.now() + (claims.exp * 1000 - clock.tokenNow());
  return {
    appId: claims.appid,
    roles: new Set(claims.roles),
    // The directory knows them, whatever the token was issued with.
    directoryRoles: new Set(apps.get(claims.appid)?.directoryRoles),
    authorizedUntil,
  };
}
