import {
  type Context,
  type Entity,
  meetsQuery,
  parseQuery,
  type QueryNode,
  storageErrors,
  type TableModel,
  validateQueryTree,
} from './azurite.ts';
import { keyRanges } from './key-ranges.ts';
import { unpackRow } from './packed-row.ts';
import type { RowPosition, RowTable } from './row-table.ts';

/** What Azurite parsed out of a request's `$filter` and `$top`. */
export interface QueryOptions {
  readonly filter?: string;
  readonly top?: number | null;
}

/** A page, and the row that the next one begins with. */
export interface Page {
  readonly rows: readonly Entity[];
  readonly next: RowPosition | undefined;
}

/** Table Storage docs: "Query timeout and pagination": at most 1,000 items an answer. */
const MOST_ROWS = 1_000;

/** Reads only as far as the page goes, and only where the filter's keys can be. */
export function queryRows(
  table: RowTable,
  { filter, top }: { readonly filter: Filter; readonly top: QueryOptions['top'] },
  start: RowPosition,
): Page {
  const most = Math.min(top ?? MOST_ROWS, MOST_ROWS);
  const partitions = keyRanges(filter.tree, 'PartitionKey');
  const rows: Entity[] = [];
  for (const kept of table.rows(partitions, keyRanges(filter.tree, 'RowKey'), start)) {
    const entity = unpackRow(kept);
    if (!filter.meets(entity)) continue;
    if (rows.length === most) return { rows, next: kept };
    rows.push(entity);
  }
  return { rows, next: undefined };
}

/** A filter as Azurite understands it, and its tree where it has one. */
export interface Filter {
  readonly tree: QueryNode | undefined;
  readonly meets: (item: Entity | TableModel) => boolean;
}

/** @throws StorageError `InvalidInput` where it is no filter. */
export function parseFilter(context: Context, filter: string | undefined): Filter {
  if (filter === undefined || filter === '' || filter === 'true')
    return { tree: undefined, meets: () => true };
  if (filter === 'false') return { tree: undefined, meets: () => false };
  try {
    const tree = parseQuery(filter);
    validateQueryTree(tree);
    return { tree, meets: (item) => meetsQuery(item, tree) };
  } catch {
    throw storageErrors.getQueryConditionInvalid(context);
  }
}
