import { z } from 'zod';
import type { Context } from './command.ts';
import { answerOf } from './http/answer-of.ts';
import { readPages, type Wanted } from './http/read-pages.ts';
import { type Column, tableLines } from './text/table.ts';

/** How a list is shown. */
export interface Shown<Row> {
  readonly schema: z.ZodType<Row>;
  readonly columns: readonly Column<Row>[];
  /** What is said where there is nothing. */
  readonly none: string;
}

/**
 * Shows a list: a table for people, an array for machines; and says where there is more.
 * @throws CommandFailure
 */
export async function showList<Row>(
  { api, out }: Pick<Context, 'api' | 'out'>,
  wanted: Wanted,
  { schema, columns, none }: Shown<Row>,
): Promise<void> {
  const { items, hasMore } = await readPages(api, wanted);
  out.show(items, () => {
    const rows = answerOf(z.array(schema), items);
    return rows.length === 0 ? [none] : tableLines(columns, rows, out.width);
  });
  if (hasMore) out.note(`There are more than ${items.length}: --limit N, or --limit all.`);
}
