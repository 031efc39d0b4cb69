import type { Stats } from '../stats.ts';
import type { Throttling } from '../throttling.ts';
import { distorted } from './distort.ts';
import { frontFault, lostAnswer } from './front-faults.ts';
import type { GraphAnswer, GraphCall } from './graph-call.ts';
import {
  accessDenied,
  errorAnswer,
  GraphError,
  type RequestIds,
  requestIds,
  tooManyRequests,
} from './graph-error.ts';
import { limitHeaders } from './limit-headers.ts';
import { holdsAny } from './permissions.ts';
import { costOf } from './request-cost.ts';
import { isWrite } from './request-kind.ts';
import type { Route, Router } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

/** What answering a request takes. */
export interface Answering {
  readonly world: TenantWorld;
  readonly router: Router;
  readonly stats: Stats;
  readonly throttling: Throttling;
}

/**
 * Answers one authenticated request, alone or in a batch: faults that stand in front, limits,
 * permission, operation. Never throws.
 */
export async function answerCall(answering: Answering, call: GraphCall): Promise<GraphAnswer> {
  const ids = requestIds(call.headers['client-request-id']);
  const answer = await attempt(answering, call, ids);
  answering.stats.answer(answer.status);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId,
      'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"1"}}',
    },
  };
}

async function attempt(
  answering: Answering,
  call: GraphCall,
  ids: RequestIds,
): Promise<GraphAnswer> {
  const { world } = answering;
  world.directory.feed.settle(world.clock.now());
  try {
    const { route, params } = answering.router.match(call);
    const standing = frontFault(world, call);
    if (standing !== undefined) return standing;
    const headers = admit(answering, route, call);
    if (route.roles.length > 0 && !holdsAny(call.caller, route.roles)) throw accessDenied();
    world.replicas.chooseFor(call);
    checkPrecondition(world, call);
    const plain = await route.handle(call, params);
    const answer = lostAnswer(world, call) ?? distorted(world, call, plain);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  } catch (error) {
    return errorAnswer(asGraphError(error), ids, world.clock.wallNow());
  }
}

/** Whether users and groups have ETags is documented nowhere. Throws GraphError 412. */
function checkPrecondition({ openPoints }: TenantWorld, call: GraphCall): void {
  const isChecked =
    openPoints.ifMatch === 'refused' && /^(users|groups)$/i.test(call.segments[0] ?? '');
  if (!isChecked || !isWrite(call) || call.headers['if-match'] === undefined) return;
  throw new GraphError(412, ['Request_PreconditionFailed', 'The precondition given is not met.']);
}

function asGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new GraphError(500, ['Service_InternalServerError', message]);
}

/** Counts what the request costs and refuses it where that is too much. Returns its headers. */
function admit(answering: Answering, route: Route, call: GraphCall): Record<string, string> {
  const cost = costOf(route, call);
  const { throttling, stats, world } = answering;
  const priority = call.headers['x-ms-throttle-priority'];
  const verdict = throttling.draw(call.caller.appId, { ...cost, priority }, world.clock.now());
  const headers = limitHeaders(world, call, verdict);
  if (verdict.refusal !== undefined) {
    throw tooManyRequests(verdict.refusal.retryAfterSeconds, headers);
  }
  stats.route(`${route.method} /${route.pattern}`, cost);
  return { ...headers, 'x-ms-resource-unit': String(cost.units) };
}
