import { ScimError } from '../scim-error.ts';
import type { Comparison, Filter } from './filter.ts';
import { type Lookup, lookupOf } from './lookup.ts';
import { eachTerm } from './terms.ts';

/** Memberships are rows of their own: nothing reads all of a group's, or of a user's. */
const MEMBERSHIPS: ReadonlySet<string> = new Set(['members', 'groups']);

/** How the resources that match a filter are found. */
export interface FilterPlan {
  /** Whatever matches is among what these find; undefined = every resource must be looked at. */
  readonly lookup: Lookup | undefined;
  /**
   * The ids that are asked for among `members` (of groups) or `groups` (of users): which of them are
   * there must stand in a document before the filter is asked about it.
   */
  readonly memberships: readonly string[];
  /** What a resource that was found must match. */
  readonly residual: Filter;
}

/**
 * Says what of a filter an index can answer.
 * @throws ScimError `invalidFilter` where it asks anything of `members` or `groups` but `eq`
 */
export function planFilter(filter: Filter): FilterPlan {
  const ids = new Set<string>();
  eachTerm(filter, ({ path, term }) => {
    if (path.extension !== undefined || !MEMBERSHIPS.has(path.attribute.name)) return;
    ids.add(membershipOf(path.attribute.name, term, path.sub?.name));
  });
  return { lookup: lookupOf(filter), memberships: [...ids], residual: filter };
}

function membershipOf(name: string, term: Comparison | undefined, sub: string | undefined): string {
  if (term?.operator === 'eq' && sub === 'value' && typeof term.value === 'string')
    return term.value;
  throw new ScimError(
    400,
    'invalidFilter',
    `The filter cannot be used: of ${name} only ${name}.value eq an id can be asked.`,
  );
}
