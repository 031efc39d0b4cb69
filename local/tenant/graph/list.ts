import { z } from 'zod';
import { type DirectoryObject, isLive, type ObjectState } from '../directory/directory-object.ts';
import { type Filter, parseFilter } from './filter.ts';
import { type GraphAnswer, type GraphCall, ok } from './graph-call.ts';
import { badRequest, GraphError, notFound, unsupportedQuery } from './graph-error.ts';
import type { TenantWorld } from './tenant-world.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 999;

/** A collection that is read page by page. */
export interface Listing<Entry> {
  readonly context: string;
  /** Only ever grows at its end, so that a position stays what it is. */
  readonly entries: readonly Entry[];
  /** How an entry shows; undefined = it is not part of the collection. */
  show(entry: Entry): object | undefined;
}

/** The version of an object that reads go by: replicas may lag behind. */
export function readableState(
  world: TenantWorld,
  object: DirectoryObject,
): ObjectState | undefined {
  return world.replicas.forReads().stateOf(object);
}

/** A live object with the version that reads go by. Throws GraphError 404. */
export function readable(
  world: TenantWorld,
  object: DirectoryObject | undefined,
  key: string,
): { object: DirectoryObject; state: ObjectState } {
  const state = object && readableState(world, object);
  if (object === undefined || !isLive(state)) throw notFound(key);
  return { object, state };
}

/** `ConsistencyLevel: eventual`, which has to come with every page. */
export function isEventual(call: GraphCall): boolean {
  return call.headers.consistencylevel?.toLowerCase() === 'eventual';
}

/** One page of a collection, with a link to the next one. */
export function answerList<Entry>(call: GraphCall, listing: Listing<Entry>): GraphAnswer {
  const top = topOf(call);
  const value: object[] = [];
  let position = positionOf(call);
  const isFirst = position === 0;
  for (; position < listing.entries.length && value.length < top; position += 1) {
    const shown = listing.show(listing.entries[position] as Entry);
    if (shown !== undefined) value.push(shown);
  }
  return ok({
    '@odata.context': `${call.origin}/v1.0/$metadata#${listing.context}`,
    ...(isFirst && wantsCount(call) && { '@odata.count': countOf(listing) }),
    ...(position < listing.entries.length && { '@odata.nextLink': nextLink(call, position) }),
    value,
  });
}

/** Without the header, `$count=true` is silently ignored (Graph docs: advanced queries). */
function wantsCount(call: GraphCall): boolean {
  return isEventual(call) && call.query.get('$count') === 'true';
}

/** How many entries a collection has. */
function countOf<Entry>(listing: Listing<Entry>): number {
  return listing.entries.reduce((sum, entry) => (listing.show(entry) ? sum + 1 : sum), 0);
}

/** The number alone, as `/users/$count` gives it. Throws GraphError 400 without the header. */
export function answerCount<Entry>(call: GraphCall, listing: Listing<Entry>): GraphAnswer {
  if (!isEventual(call)) throw badRequest('$count is not currently supported.');
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: countOf(listing) };
}

function topOf(call: GraphCall): number {
  const text = call.query.get('$top');
  if (text === undefined) return DEFAULT_PAGE;
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1 || top > LARGEST_PAGE) {
    throw badRequest(
      `Invalid page size specified: '${text}'. Must be between 1 and 999 inclusive.`,
    );
  }
  return top;
}

const placeSchema = z.object({ position: z.number().int().nonnegative() });

function positionOf(call: GraphCall): number {
  const token = call.query.get('$skiptoken');
  if (token === undefined) return 0;
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString())).position;
  } catch {
    throw new GraphError(400, [
      'Directory_ExpiredPageToken',
      'The specified page token value has expired and can no longer be included in your request.',
    ]);
  }
}

/** The options travel along, the headers do not (Graph docs: paging). */
function nextLink(call: GraphCall, position: number): string {
  const options = [...call.query].filter(([name]) => name !== '$skiptoken');
  const token = Buffer.from(JSON.stringify({ position })).toString('base64url');
  const query = [...options, ['$skiptoken', token]].map(
    ([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`,
  );
  return `${call.origin}/v1.0/${call.segments.map(encodeURIComponent).join('/')}?${query.join('&')}`;
}

/** Refuses what a directory list does not answer. Throws GraphError 400. */
export function checkListOptions(call: GraphCall): void {
  if (call.query.has('$skip')) throw badRequest("'$skip' is not supported by the service.");
  if (call.query.has('$search')) {
    throw unsupportedQuery(
      isEventual(call)
        ? 'Unsupported Query.'
        : "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  if (call.query.has('$orderby')) throw unsupportedQuery('Unsupported Query.');
}

/** The request's `$filter`, where it may be used as the request stands. Throws GraphError 400. */
export function filterOf(call: GraphCall, kind: 'user' | 'group'): Filter | undefined {
  const text = call.query.get('$filter');
  if (text === undefined) return undefined;
  const filter = parseFilter(kind, text);
  if (filter.isAdvanced && !wantsCount(call)) throw unsupportedQuery('Unsupported Query.');
  return filter;
}

/** The objects that could fit a filter: all of a kind, or those that a value points to. */
export function candidates(
  world: TenantWorld,
  kind: 'user' | 'group',
  filter: Filter | undefined,
): readonly DirectoryObject[] {
  if (filter?.lookups === undefined) return world.directory.all(kind);
  const found = filter.lookups.flatMap(({ property, value }) => {
    if (property !== 'id') return world.directory.find(kind, property, value);
    const object = world.directory.get(value);
    return object?.kind === kind ? [object] : [];
  });
  return [...new Set(found)];
}
