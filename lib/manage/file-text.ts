import { type Column, csvHeader, csvLines, jsonLines } from './table-text.ts';

/** A page of a list, and the place of the next. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/** What a list is made of. */
export interface FileSource<Item, Line> {
  /** @param page `after` is the place that a page before has named */
  readonly read: (page: {
    readonly size: number;
    readonly after?: string;
  }) => Promise<ListPage<Item>>;
  /** What stands on lines of a file; of CSV, in these columns. */
  readonly lines: (item: Item) => readonly Line[];
  readonly columns: readonly Column<Line>[];
}

/** How much of a list is wanted as a file. */
export interface WantedFile {
  readonly format: 'csv' | 'jsonl';
  readonly size: number;
  readonly after?: string | undefined;
}

/** Rows that are held at the same time: as many as the largest page that is looked at. */
export const ROWS_AT_ONCE = 200;
/** Pages may be short though more follow: then the file is, too. */
const MOST_PAGES = 100;

/**
 * A list as the text of a file, page by page: the next is read when this one is asked for, and the rows
 * of the one before are let go.
 * @returns the place at which the next file begins; undefined at the end of the list
 */
export async function* fileText<Item, Line>(
  { read, lines, columns }: FileSource<Item, Line>,
  { format, size, after }: WantedFile,
): AsyncGenerator<string, string | undefined> {
  if (format === 'csv') yield csvHeader(columns);
  let place = after;
  let left = size;
  for (let pages = 0; pages < MOST_PAGES && left > 0; pages += 1) {
    const page = {
      size: Math.min(ROWS_AT_ONCE, left),
      ...(place !== undefined && { after: place }),
    };
    const { items, next } = await read(page);
    const rows = items.flatMap(lines);
    if (rows.length > 0) yield format === 'csv' ? csvLines(columns, rows) : jsonLines(rows);
    if (next === undefined) return undefined;
    place = next;
    left -= items.length;
  }
  return place;
}
