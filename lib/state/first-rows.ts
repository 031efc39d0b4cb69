import type { Range, StoredRow, Table } from '../azure/tables.ts';

/**
 * The first rows of a range, as many as are asked for where there are so many: a page of Table
 * Storage may end before it is full.
 */
export async function firstRows(
  table: Table,
  range: Range & { readonly pageSize: number },
): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const page of table.range(range)) {
    rows.push(...page);
    if (rows.length >= range.pageSize) break;
  }
  return rows.slice(0, range.pageSize);
}
