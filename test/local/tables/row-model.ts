import { type Entity, meetsQuery, parseQuery } from '../../../local/table-store/azurite.ts';

/** A row of a test: two keys and a number, which is the only property. */
export interface ModelRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly n: number;
}

/** A row as Azurite's handlers pass it to a store; the time makes the etag. */
export function toEntity({ partitionKey, rowKey, n }: ModelRow, time: string): Entity {
  return {
    PartitionKey: partitionKey,
    RowKey: rowKey,
    properties: { PartitionKey: partitionKey, RowKey: rowKey, n, Timestamp: time },
    lastModifiedTime: time,
    eTag: '',
  };
}

/** Every row that meets a filter, in order, found the slow way: by Azurite's own evaluation. */
export function slowQuery(rows: Iterable<ModelRow>, filter: string): readonly ModelRow[] {
  const tree = parseQuery(filter);
  return [...rows]
    .filter((row) => meetsQuery(toEntity(row, ''), tree))
    .sort((a, b) => inOrder(a.partitionKey, b.partitionKey) || inOrder(a.rowKey, b.rowKey));
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
