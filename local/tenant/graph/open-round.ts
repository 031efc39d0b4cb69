import { beginRound, rewound } from '../delta/delta-page.ts';
import type { DeltaQuery, DeltaResource, DeltaRound, DeltaStart } from '../delta/delta-round.ts';
import type { Opened } from '../delta/delta-token.ts';
import type { FaultOf } from '../faults.ts';
import { queryOf, reselected } from './delta-query.ts';
import type { GraphCall } from './graph-call.ts';
import { badRequest, GraphError } from './graph-error.ts';
import type { TenantWorld } from './tenant-world.ts';

/** A request for a page of a delta. */
export interface DeltaCall {
  readonly world: TenantWorld;
  readonly resource: DeltaResource;
  readonly call: GraphCall;
}

/**
 * The round that the request begins or goes on with. Throws GraphError: 400 on what is malformed,
 * 400, 404 or 410 on a token that has expired.
 */
export function openRound(delta: DeltaCall): DeltaRound {
  const { world, resource, call } = delta;
  const skipToken = call.query.get('$skiptoken');
  if (skipToken !== undefined) {
    if (call.query.has('$select')) throw badRequest("'$select' cannot be used with '$skiptoken'.");
    return accept(world.tokens.openSkipToken(skipToken), delta, 'next');
  }
  const deltaToken = call.query.get('$deltatoken');
  // An empty token means from the start: that is how a reset sends clients on.
  if (deltaToken === undefined || deltaToken === '') {
    return fullRound(delta, { query: queryOf(resource, call), since: undefined });
  }
  const start = accept(world.tokens.openDeltaToken(deltaToken), delta, 'delta');
  const { sequence } = world.replicas.forDelta(start.since ?? 0);
  const replayed = world.faults.take('replay', call, ({ stale }) => stale !== true);
  const from =
    replayed === undefined ? start : rewound(world.directory, start, replayed.changes ?? 20);
  const query = reselected(from.query, resource, call);
  return beginRound(world.directory, { ...from, query }, sequence);
}

function fullRound({ world, call }: DeltaCall, start: DeltaStart): DeltaRound {
  const round = beginRound(world.directory, start, world.replicas.forDelta(0).sequence);
  const partial = world.faults.take('partialAnswers', call);
  if (partial === undefined) return round;
  const salt = world.faults.random.below(2 ** 32);
  return { ...round, only: { share: partial.share ?? 50, salt } };
}

function accept<T extends DeltaStart>(
  opened: Opened<T>,
  delta: DeltaCall,
  link: 'delta' | 'next',
): T {
  const { world, resource, call } = delta;
  const query =
    'value' in opened ? opened.value.query : 'query' in opened ? opened.query : undefined;
  if (query?.resource !== resource) throw malformed(world);
  const fault = world.faults.take('expiredDelta', call, ({ links = 'delta' }) =>
    [link, 'any'].includes(links),
  );
  if (fault !== undefined) throw expired(fault, call, query);
  if ('value' in opened) return opened.value;
  throw expired({ status: world.settings.expiredTokenStatus }, call, query);
}

/** Its code is documented nowhere. */
const malformed = ({ openPoints }: TenantWorld): GraphError =>
  new GraphError(400, [openPoints.malformedTokenCode, 'Badly formed token.']);

/**
 * A token that is too old answers 400 with its own code; after maintenance of the tenant it is
 * 410 and a Location that starts anew (Graph docs: delta query overview, "synchronization reset").
 * Clients have seen either code in either case of letters.
 */
function expired(
  how: Pick<FaultOf<'expiredDelta'>, 'status' | 'code'>,
  call: GraphCall,
  query: DeltaQuery,
): GraphError {
  const status = Number(how.status ?? 400);
  const code = how.code ?? (status === 410 ? 'resyncRequired' : 'syncStateNotFound');
  const message = /^resync/i.test(code)
    ? 'Resync required. Replace the local state with a full enumeration.'
    : 'The sync state generation is not found. The delta token is expired and data must be synchronised again.';
  if (status !== 410) return new GraphError(status, [code, message]);
  const kept = query.select === undefined ? '' : `$select=${query.select.join(',')}&`;
  const location = `${call.origin}/v1.0/${query.resource}/delta?${kept}$deltatoken=`;
  return new GraphError(410, [code, message], { headers: { Location: location } });
}
