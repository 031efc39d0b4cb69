import type { ResourceLookup } from '../../ports/resources.ts';
import { foldName } from '../../sync/fold-name.ts';
import { equalitiesOf, idsOf } from './equalities.ts';
import type { Comparison, Filter } from './filter.ts';

/** What resources are found by without reading all of them; the best first. */
const LOOKUPS = [
  'id',
  'userName',
  'externalId',
  'workMail',
  'displayName',
  'groups',
  'members',
] as const satisfies readonly (ResourceLookup | 'id' | 'groups' | 'members')[];
export type LookupName = (typeof LOOKUPS)[number];

/** Look-ups of which each finds resources with one of the values. */
export interface Lookup {
  readonly by: LookupName;
  /** As they stand in the filter, each once; never more than a filter has terms. */
  readonly values: readonly string[];
}

type Lookups = ReadonlyMap<LookupName, readonly string[]>;
const NONE: Lookups = new Map();

/**
 * The look-up that finds all that a filter matches: an equality that must hold, or alternatives that
 * are equalities of one attribute. Undefined where there is none.
 */
export function lookupOf(filter: Filter): Lookup | undefined {
  const found = lookupsOf(filter);
  for (const by of LOOKUPS) {
    const values = found.get(by);
    if (values) return { by, values: [...new Set(values)] };
  }
  return undefined;
}

function lookupsOf(filter: Filter): Lookups {
  switch (filter.kind) {
    case 'and':
      return filter.filters.map(lookupsOf).reduce(withFewest, NONE);
    case 'or':
      return filter.filters.map(lookupsOf).reduce(inBoth);
    case 'element':
      return ofElement(filter);
    case 'compare':
      return ofComparison(filter);
    default:
      return NONE;
  }
}

/** Both must hold: of one attribute the fewer values are enough. */
function withFewest(a: Lookups, b: Lookups): Lookups {
  const found = new Map(a);
  for (const [by, values] of b) {
    const known = found.get(by);
    if (!known || values.length < known.length) found.set(by, values);
  }
  return found;
}

/** Either may hold: only what finds both is of use. */
function inBoth(a: Lookups, b: Lookups): Lookups {
  const found = new Map<LookupName, readonly string[]>();
  for (const [by, values] of a) {
    const others = b.get(by);
    if (others) found.set(by, [...values, ...others]);
  }
  return found;
}

function ofComparison({ path, operator, value }: Comparison): Lookups {
  const { extension, attribute, sub } = path;
  const name = LOOKUPS.find((known) => known === attribute.name);
  if (name === undefined || extension !== undefined) return NONE;
  if (operator !== 'eq' || typeof value !== 'string') return NONE;
  return sub?.name === (isMembership(name) ? 'value' : undefined)
    ? new Map([[name, [value]]])
    : NONE;
}

function ofElement({ path, filter }: Extract<Filter, { kind: 'element' }>): Lookups {
  if (path.extension !== undefined) return NONE;
  const { name } = path.attribute;
  if (isMembership(name)) {
    const ids = idsOf(filter);
    return ids ? new Map([[name, ids]]) : NONE;
  }
  const equal = equalitiesOf(filter);
  const [value, type] = [equal.get('value'), equal.get('type')];
  const isWorkMail = name === 'emails' && typeof type === 'string' && foldName(type) === 'work';
  return isWorkMail && typeof value === 'string' ? new Map([['workMail', [value]]]) : NONE;
}

function isMembership(name: string): name is 'groups' | 'members' {
  return name === 'groups' || name === 'members';
}
