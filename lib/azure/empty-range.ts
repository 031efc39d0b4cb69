import { deleteRows } from './delete-rows.ts';
import type { Range, Table } from './tables.ts';

/**
 * Removes the rows of a range, page by page; what is gone already is no obstacle.
 * @param isOver asked after every page
 * @returns whether all are gone; false when `isOver` said to stop
 */
export async function emptyRange(
  table: Table,
  range: Pick<Range, 'partitionKey' | 'from' | 'to'>,
  isOver: () => boolean = () => false,
): Promise<boolean> {
  // Until a look finds none: somebody may have written behind it.
  for (let isEmpty = false; !isEmpty; ) {
    isEmpty = true;
    for await (const page of table.range({ ...range, select: ['v'] })) {
      const keys = page.map(({ rowKey }) => rowKey);
      await deleteRows(table, range.partitionKey, keys);
      if (keys.length > 0) isEmpty = false;
      if (isOver()) return false;
    }
  }
  return true;
}
