import { type DeltaView, readPage } from '../delta/delta-page.ts';
import type { DeltaRound, DeltaStart } from '../delta/delta-round.ts';
import { staleItems } from '../delta/stale-items.ts';
import { queryOf, trackedNames } from './delta-query.ts';
import { type GraphAnswer, type GraphCall, ok } from './graph-call.ts';
import { unsupportedQuery } from './graph-error.ts';
import { type DeltaCall, openRound } from './open-round.ts';
import { READ_MEMBERS, READ_USERS } from './permissions.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

const REFUSED = ['$expand', '$top', '$orderby', '$search', '$skip', '$count'];

/** users/delta and groups/delta, in every spelling of the function's name. */
export function deltaRoutes(world: TenantWorld): readonly Route[] {
  return (['users', 'groups'] as const).flatMap((resource) =>
    ['delta', 'microsoft.graph.delta'].map((name) => ({
      method: 'GET',
      pattern: `${resource}/${name}`,
      roles: resource === 'users' ? READ_USERS : READ_MEMBERS,
      handle: (call: GraphCall) => answerDelta({ world, resource, call }),
    })),
  );
}

function answerDelta(delta: DeltaCall): GraphAnswer {
  const { call } = delta;
  for (const option of REFUSED) {
    if (call.query.has(option)) {
      throw unsupportedQuery(`The query option '${option}' is not supported for delta.`);
    }
  }
  if (call.query.get('$deltatoken') === 'latest') return latest(delta);
  const round = openRound(delta);
  const isMinimal = /return\s*=\s*minimal/i.test(call.headers.prefer ?? '');
  const answer = withheldPage(delta, round) ?? realPage(delta, round, isMinimal);
  return isMinimal ? { ...answer, headers: { 'Preference-Applied': 'return=minimal' } } : answer;
}

function latest({ world, resource, call }: DeltaCall): GraphAnswer {
  const query = queryOf(resource, call);
  const start: DeltaStart = { query, since: world.replicas.forDelta(0).sequence };
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#${resource}`,
    '@odata.deltaLink': deltaLink(world, call, start),
    value: [],
  });
}

/** A page that is empty by a fault: the next one brings the objects, or none ever does. */
function withheldPage(delta: DeltaCall, round: DeltaRound): GraphAnswer | undefined {
  const { faults } = delta.world;
  const isFull = round.since === undefined;
  if (isFull && faults.take('emptyAnswer', delta.call) !== undefined) {
    return pageAnswer(delta, round, { items: [], next: undefined });
  }
  if (round.afterEmptyPage === true) return undefined;
  if (faults.take('emptyPages', delta.call) === undefined) return undefined;
  return pageAnswer(delta, round, { items: [], next: { ...round, afterEmptyPage: true } });
}

function realPage(delta: DeltaCall, round: DeltaRound, minimal: boolean): GraphAnswer {
  const { world } = delta;
  const view: DeltaView = {
    page: world.settings.page,
    minimal,
    tracked: trackedNames(round.query),
    replica: world.replicas.forDelta(round.until),
  };
  const page = readPage(world.directory, round, view);
  const items = [...page.items, ...resurrected(delta, round, view)];
  return pageAnswer(delta, round, { items, next: page.next });
}

/** On the first page of a later round. */
function resurrected({ world, call }: DeltaCall, round: DeltaRound, view: DeltaView): object[] {
  if (round.since === undefined || !call.query.has('$deltatoken')) return [];
  const fault = world.faults.take('replay', call, ({ stale }) => stale === true);
  if (fault === undefined) return [];
  return staleItems(world.directory, round, { ...view, count: fault.changes ?? 20 });
}

interface ReadyPage {
  readonly items: readonly unknown[];
  readonly next: DeltaRound | undefined;
}

/** A page has either a next link or a delta link, never both. */
function pageAnswer({ world, call }: DeltaCall, round: DeltaRound, page: ReadyPage): GraphAnswer {
  const { query, until } = round;
  const isFirst = !call.query.has('$skiptoken');
  const list = isFirst && query.select !== undefined ? `(${query.select.join(',')})` : '';
  const link =
    page.next === undefined
      ? { '@odata.deltaLink': deltaLink(world, call, { query, since: until }) }
      : { '@odata.nextLink': skipLink(world, call, page.next) };
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#${query.resource}${list}`,
    ...link,
    value: page.items,
  });
}

function deltaLink(world: TenantWorld, call: GraphCall, start: DeltaStart): string {
  const token = world.tokens.deltaToken(start);
  return `${call.origin}/v1.0/${start.query.resource}/delta?$deltatoken=${token}`;
}

function skipLink(world: TenantWorld, call: GraphCall, round: DeltaRound): string {
  const token = world.tokens.skipToken(round);
  return `${call.origin}/v1.0/${round.query.resource}/delta?$skiptoken=${token}`;
}
