import { beginRound, readPage, rewound } from '../delta/delta-page.ts';
import type { DeltaQuery, DeltaResource, DeltaRound, DeltaStart } from '../delta/delta-round.ts';
import type { Opened } from '../delta/delta-token.ts';
import { type GraphAnswer, type GraphCall, listOption, ok } from './graph-call.ts';
import { badRequest, GraphError, unsupportedQuery } from './graph-error.ts';
import { READ_MEMBERS, READ_USERS } from './permissions.ts';
import { selectedNames } from './present.ts';
import { DEFAULT_PROPERTIES } from './properties.ts';
import type { Route } from './route.ts';
import type { TenantWorld } from './tenant-world.ts';

const KIND = { users: 'user', groups: 'group' } as const;
const RELATIONSHIP = { users: 'manager', groups: 'members' } as const;
const MOST_IDS = 50;
const REFUSED = ['$expand', '$top', '$orderby', '$search', '$skip', '$count'];

/** users/delta and groups/delta, in every spelling of the function's name. */
export function deltaRoutes(world: TenantWorld): readonly Route[] {
  return (['users', 'groups'] as const).flatMap((resource) =>
    ['delta', 'microsoft.graph.delta'].map((name) => ({
      method: 'GET',
      pattern: `${resource}/${name}`,
      roles: resource === 'users' ? READ_USERS : READ_MEMBERS,
      handle: (call: GraphCall) => answerDelta(world, resource, call),
    })),
  );
}

function answerDelta(world: TenantWorld, resource: DeltaResource, call: GraphCall): GraphAnswer {
  for (const option of REFUSED) {
    if (call.query.has(option)) {
      throw unsupportedQuery(`The query option '${option}' is not supported for delta.`);
    }
  }
  const deltaToken = call.query.get('$deltatoken');
  if (deltaToken === 'latest') return latest(world, resource, call);
  const round = roundOf(world, resource, call);
  const isFirst = !call.query.has('$skiptoken');
  if (round.afterEmptyPage !== true && world.faults.take('emptyPages', call) !== undefined) {
    return pageAnswer(world, call, {
      items: [],
      next: { ...round, afterEmptyPage: true },
      round,
      isFirst,
    });
  }
  const minimal = /return\s*=\s*minimal/i.test(call.headers.prefer ?? '');
  const tracked = trackedNames(round.query);
  const page = readPage(world.directory, round, { page: world.settings.page, minimal, tracked });
  const answer = pageAnswer(world, call, { ...page, round, isFirst });
  return minimal ? { ...answer, headers: { 'Preference-Applied': 'return=minimal' } } : answer;
}

/** The round that the request begins or goes on with. */
function roundOf(world: TenantWorld, resource: DeltaResource, call: GraphCall): DeltaRound {
  const skipToken = call.query.get('$skiptoken');
  if (skipToken !== undefined) {
    if (call.query.has('$select')) throw badRequest("'$select' cannot be used with '$skiptoken'.");
    return accept(world.tokens.openSkipToken(skipToken), { world, resource, call });
  }
  const deltaToken = call.query.get('$deltatoken');
  // An empty token means from the start: that is how a reset sends clients on.
  if (deltaToken === undefined || deltaToken === '') {
    return beginRound(world.directory, { query: queryOf(resource, call), since: undefined });
  }
  const start = accept(world.tokens.openDeltaToken(deltaToken), { world, resource, call });
  const expired = world.faults.take('expiredDelta', call);
  if (expired !== undefined) throw expiredToken(expired.status ?? '400', call, start.query);
  const replayed = world.faults.take('replay', call);
  const from =
    replayed === undefined ? start : rewound(world.directory, start, replayed.changes ?? 20);
  return beginRound(world.directory, { ...from, query: reselected(from.query, resource, call) });
}

/** `$select` beside a delta token changes what is tracked from there on. */
function reselected(query: DeltaQuery, resource: DeltaResource, call: GraphCall): DeltaQuery {
  return call.query.has('$select') ? { ...query, select: selectOf(resource, call) } : query;
}

function latest(world: TenantWorld, resource: DeltaResource, call: GraphCall): GraphAnswer {
  const query = queryOf(resource, call);
  const start: DeltaStart = { query, since: world.directory.feed.sequence };
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#${resource}`,
    '@odata.deltaLink': deltaLink(world, call, start),
    value: [],
  });
}

function queryOf(resource: DeltaResource, call: GraphCall): DeltaQuery {
  return { resource, select: selectOf(resource, call), ids: idsOf(call) };
}

function selectOf(resource: DeltaResource, call: GraphCall): string[] | undefined {
  const names = listOption(call, '$select');
  if (names === undefined) return undefined;
  const relationship = RELATIONSHIP[resource];
  const isRelationship = (name: string) => name.toLowerCase() === relationship;
  const own =
    selectedNames(
      KIND[resource],
      names.filter((name) => !isRelationship(name)),
    ) ?? [];
  return names.some(isRelationship) ? [...own, relationship] : own;
}

/** Without `$select`, groups also bring their members (Graph docs: delta query for groups). */
function trackedNames({ resource, select }: DeltaQuery): readonly string[] {
  const defaults = DEFAULT_PROPERTIES[KIND[resource]];
  return select ?? (resource === 'groups' ? [...defaults, 'members'] : defaults);
}

/** The only filter is a list of ids. */
function idsOf(call: GraphCall): string[] | undefined {
  const filter = call.query.get('$filter');
  if (filter === undefined) return undefined;
  const ids = filter
    .split(/\s+or\s+/i)
    .map((term) => /^\s*id\s+eq\s+'([^']+)'\s*$/i.exec(term)?.[1]);
  const known = ids.filter((id) => id !== undefined);
  if (known.length !== ids.length) throw unsupportedQuery('Unsupported Query.');
  if (known.length > MOST_IDS) {
    throw badRequest(`Too many objects in the filter: at most ${String(MOST_IDS)} are allowed.`);
  }
  return [...new Set(known)];
}

interface TokenPlace {
  readonly world: TenantWorld;
  readonly resource: DeltaResource;
  readonly call: GraphCall;
}

function accept<T extends DeltaStart>(opened: Opened<T>, { world, resource, call }: TokenPlace): T {
  const query =
    'value' in opened ? opened.value.query : 'query' in opened ? opened.query : undefined;
  if (query?.resource !== resource) throw badRequest('Badly formed token.');
  if ('value' in opened) return opened.value;
  throw expiredToken(String(world.settings.expiredTokenStatus), call, query);
}

/**
 * A token that is too old answers 400 with its own code; after maintenance of the tenant it is
 * 410 and a Location that starts anew (Graph docs: delta query overview, "synchronization reset").
 */
function expiredToken(status: string, call: GraphCall, query: DeltaQuery): GraphError {
  if (status !== '410') {
    return new GraphError(400, [
      'syncStateNotFound',
      'The sync state generation is not found. The delta token is expired and data must be synchronised again.',
    ]);
  }
  const kept = query.select === undefined ? '' : `$select=${query.select.join(',')}&`;
  const location = `${call.origin}/v1.0/${query.resource}/delta?${kept}$deltatoken=`;
  return new GraphError(
    410,
    ['resyncRequired', 'Resync required. Replace the local state with a full enumeration.'],
    { headers: { Location: location } },
  );
}

interface ReadyPage {
  readonly items: readonly unknown[];
  readonly next: DeltaRound | undefined;
  readonly round: DeltaRound;
  readonly isFirst: boolean;
}

/** A page has either a next link or a delta link, never both. */
function pageAnswer(world: TenantWorld, call: GraphCall, page: ReadyPage): GraphAnswer {
  const { query, until } = page.round;
  const list = page.isFirst && query.select !== undefined ? `(${query.select.join(',')})` : '';
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
