import type { DeltaQuery, DeltaResource } from '../delta/delta-round.ts';
import { type GraphCall, listOption } from './graph-call.ts';
import { badRequest, unsupportedQuery } from './graph-error.ts';
import { selectedNames } from './present.ts';
import { DEFAULT_PROPERTIES } from './properties.ts';

const KIND = { users: 'user', groups: 'group' } as const;
const RELATIONSHIP = { users: 'manager', groups: 'members' } as const;
const MOST_IDS = 50;

/** What the request wants to follow. Throws GraphError 400. */
export function queryOf(resource: DeltaResource, call: GraphCall): DeltaQuery {
  return { resource, select: selectOf(resource, call), ids: idsOf(call) };
}

/** `$select` beside a delta token changes what is tracked from there on. */
export function reselected(
  query: DeltaQuery,
  resource: DeltaResource,
  call: GraphCall,
): DeltaQuery {
  return call.query.has('$select') ? { ...query, select: selectOf(resource, call) } : query;
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
export function trackedNames({ resource, select }: DeltaQuery): readonly string[] {
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
