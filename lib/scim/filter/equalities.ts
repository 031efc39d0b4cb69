import type { Filter, FilterValue } from './filter.ts';

/**
 * What the value of an attribute must have, by sub-attribute, to meet a filter in brackets: the
 * equalities that stand in `and` position. The first counts where there are two of one name.
 */
export function equalitiesOf(filter: Filter): ReadonlyMap<string, FilterValue> {
  const equal = new Map<string, FilterValue>();
  collect(filter, equal);
  return equal;
}

/** Whether a filter in brackets is nothing but equalities, so that a value can be made to meet it. */
export function isOnlyEqualities(filter: Filter): boolean {
  if (filter.kind === 'and') return filter.filters.every(isOnlyEqualities);
  return filter.kind === 'compare' && filter.operator === 'eq';
}

/**
 * The ids that `members[…]` names: `value eq "x"`, or alternatives of it. Undefined where the filter
 * asks anything else.
 */
export function idsOf(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const ids = filter.filters.map(idsOf);
    return ids.every((some) => some !== undefined) ? ids.flat() : undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const { path, value } = filter;
  return path.attribute.name === 'value' && typeof value === 'string' ? [value] : undefined;
}

function collect(filter: Filter, equal: Map<string, FilterValue>): void {
  if (filter.kind === 'and') for (const part of filter.filters) collect(part, equal);
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return;
  const { name } = filter.path.attribute;
  if (!equal.has(name)) equal.set(name, filter.value);
}
