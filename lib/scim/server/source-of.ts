import type { ResourceLookup, StoredResource } from '../../ports/resources.ts';
import type { Json, Kind } from '../../sync/entry.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import type { Lookup } from '../filter/lookup.ts';
import { parseFilter } from '../filter/parse-filter.ts';
import { type FilterPlan, planFilter } from '../filter/plan-filter.ts';
import { ScimError } from '../scim-error.ts';
import { documentOf } from './documents.ts';
import type { Provider } from './exchange.ts';
import { everything, found, type Matches, named, type Source } from './source.ts';

/** Resources that one value of a look-up may bring, and memberships of one entry. */
const MOST_OF_A_VALUE = 1_000;
const MOST_MEMBERSHIPS = 100_000;

/**
 * Where the resources of a kind are to be had that a filter lets pass: by an index, if one answers.
 * @throws ScimError `invalidFilter`, `tooMany`
 */
export async function sourceOf(
  provider: Provider,
  kind: Kind,
  filter: string | undefined,
): Promise<Source> {
  if (filter === undefined) return everything(provider, kind);
  const plan = planFilter(parseFilter(filter, provider.schemas[kind]));
  const matches = matchesOf(provider, kind, plan);
  const { lookup } = plan;
  if (!lookup) return everything(provider, kind, matches);
  const { by, values } = lookup;
  if (isOfIds(by))
    return named(provider, kind, { ids: await idsOf(provider, kind, { by, values }), matches });
  return found(kind, await resourcesOf(provider, kind, { by, values }), matches);
}

/** Look-ups that give ids; the others give what they find. */
type IdLookup = Exclude<Lookup['by'], ResourceLookup>;

function isOfIds(by: Lookup['by']): by is IdLookup {
  return by === 'id' || by === 'members' || by === 'groups';
}

interface Asked<By> {
  readonly by: By;
  readonly values: readonly string[];
}

async function resourcesOf(
  { store }: Provider,
  kind: Kind,
  { by, values }: Asked<ResourceLookup>,
): Promise<readonly StoredResource[]> {
  const resources = new Map<string, StoredResource>();
  for (const value of values) {
    const some = await store.find(kind, by, value, MOST_OF_A_VALUE + 1);
    if (some.length > MOST_OF_A_VALUE) throw tooMany(MOST_OF_A_VALUE);
    for (const stored of some) resources.set(stored.id, stored);
  }
  return [...resources.values()];
}

/** The ids of all that a look-up finds. */
async function idsOf(
  provider: Provider,
  kind: Kind,
  { by, values }: Asked<IdLookup>,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const value of values) {
    for await (const some of idsOfValue(provider, { kind, by, value }))
      for (const id of some) ids.add(id);
    if (ids.size > MOST_MEMBERSHIPS) throw tooMany(MOST_MEMBERSHIPS);
  }
  return ids;
}

interface OneLookup {
  readonly kind: Kind;
  readonly by: IdLookup;
  readonly value: string;
}

async function* idsOfValue(
  { store }: Provider,
  { kind, by, value }: OneLookup,
): AsyncGenerator<readonly string[]> {
  if (by === 'id') yield [value];
  else if (by === 'members') yield* store.groupsOf(value);
  else
    for await (const page of store.members(value))
      yield page.flatMap((member) => (member.kind === kind ? [member.id] : []));
}

function tooMany(most: number): ScimError {
  return new ScimError(400, 'tooMany', `more than ${most} resources have a value of the filter`);
}

/** The filter as a test; memberships that it asks for are looked up, and nothing else of them. */
function matchesOf(provider: Provider, kind: Kind, plan: FilterPlan): Matches {
  const isMatch = compileFilter(plan.residual);
  const attribute = kind === 'user' ? 'groups' : 'members';
  return async (some) => {
    const related = await relatedOf(provider, kind, { some, plan });
    return some.filter((stored) => {
      const values = plan.memberships
        .filter((id) => related.get(id)?.has(stored.id))
        .map((value) => ({ value }));
      return isMatch(withValues(documentOf(provider, stored), attribute, values));
    });
  };
}

function withValues(
  document: Readonly<Record<string, Json>>,
  attribute: string,
  values: Json[],
): Readonly<Record<string, Json>> {
  return values.length > 0 ? { ...document, [attribute]: values } : document;
}

/** For each membership asked for, which of the resources have it. */
async function relatedOf(
  { store }: Provider,
  kind: Kind,
  { some, plan }: { readonly some: readonly StoredResource[]; readonly plan: FilterPlan },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const related = new Map<string, ReadonlySet<string>>();
  const ids = some.map(({ id }) => id);
  for (const asked of ids.length > 0 ? plan.memberships : []) {
    if (kind === 'user') related.set(asked, await store.membersAmong(asked, ids));
    else related.set(asked, await groupsAmong(store, asked, ids));
  }
  return related;
}

/** Which of these groups have the member. A few are asked one by one, many by what the member has. */
async function groupsAmong(
  store: Provider['store'],
  member: string,
  groups: readonly string[],
): Promise<ReadonlySet<string>> {
  const holding = new Set<string>();
  if (groups.length <= 3) {
    for (const group of groups)
      if ((await store.membersAmong(group, [member])).size > 0) holding.add(group);
    return holding;
  }
  for await (const page of store.groupsOf(member)) for (const group of page) holding.add(group);
  return holding;
}
