import type { QueryNode } from './azurite.ts';

/** Keys from one (inclusive) to another (exclusive; undefined: to the last) in code-unit order. */
export interface KeyRange {
  readonly from: string;
  readonly to: string | undefined;
}

export const ALL_KEYS: readonly KeyRange[] = [{ from: '', to: undefined }];

/**
 * Where rows that meet a filter can be: ranges of one of the two keys, in order and apart from each
 * other. Rows outside never meet the filter, rows inside may; what the filter says about other
 * properties, and what it negates, is left to the filter itself.
 */
export function keyRanges(
  filter: QueryNode | undefined,
  key: 'PartitionKey' | 'RowKey',
): readonly KeyRange[] {
  if (filter?.left === undefined || filter.right === undefined) return ALL_KEYS;
  const { name, left, right } = filter;
  if (name === 'and') return intersect(keyRanges(left, key), keyRanges(right, key));
  if (name === 'or') return unite([...keyRanges(left, key), ...keyRanges(right, key)]);
  // A number or a typed value does not compare as text with a key.
  if (left.name !== 'id' || left.identifier !== key || right.name !== 'constant') return ALL_KEYS;
  return typeof right.value === 'string' ? comparedWith(name, right.value) : ALL_KEYS;
}

function comparedWith(operator: string, value: string): readonly KeyRange[] {
  switch (operator) {
    case 'eq':
      return [{ from: value, to: after(value) }];
    case 'ge':
      return [{ from: value, to: undefined }];
    case 'gt':
      return [{ from: after(value), to: undefined }];
    case 'lt':
      return value === '' ? [] : [{ from: '', to: value }];
    case 'le':
      return [{ from: '', to: after(value) }];
    default:
      return ALL_KEYS;
  }
}

/** The key that follows a key immediately. */
function after(key: string): string {
  return `${key}\u0000`;
}

function intersect(some: readonly KeyRange[], others: readonly KeyRange[]): readonly KeyRange[] {
  const common: KeyRange[] = [];
  for (const one of some)
    for (const other of others) {
      const from = one.from > other.from ? one.from : other.from;
      const to = endsBefore(one, other) ? one.to : other.to;
      if (to === undefined || from < to) common.push({ from, to });
    }
  return common;
}

function unite(ranges: readonly KeyRange[]): readonly KeyRange[] {
  const united: KeyRange[] = [];
  for (const range of ranges.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = united.at(-1);
    if (!last || (last.to !== undefined && last.to < range.from)) united.push(range);
    else if (endsBefore(last, range)) united.splice(-1, 1, { from: last.from, to: range.to });
  }
  return united;
}

function endsBefore(one: KeyRange, other: KeyRange): boolean {
  return one.to !== undefined && (other.to === undefined || one.to < other.to);
}
