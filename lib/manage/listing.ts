import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';
import { type Column, csvText, jsonLines } from './table-text.ts';

const formatSchema = z.enum(['json', 'csv', 'jsonl']);
type Format = z.infer<typeof formatSchema>;

const MEDIA_TYPES: Readonly<Record<string, Format>> = {
  'text/csv': 'csv',
  'application/jsonl': 'jsonl',
  'application/x-ndjson': 'jsonl',
};

/** What a listing is for: a page to look at is small, a file may be long. */
const MOST: Readonly<Record<Format, number>> = { json: 200, csv: 10_000, jsonl: 10_000 };
const DEFAULT: Readonly<Record<Format, number>> = { json: 50, csv: 10_000, jsonl: 10_000 };

/** How a list is wanted, and how much of it at once. */
export interface Wanted {
  readonly format: Format;
  readonly size: number;
}

/**
 * By `?format=` or the header `Accept`, and `?size=`.
 * @throws AppError `bad-request`
 */
export function wantedOf(call: Call): Wanted {
  const { format: asked = acceptedBy(call), size: text } = queryOf(call);
  const format = formatSchema.safeParse(asked);
  if (!format.success)
    throw new AppError('bad-request', `format: one of ${formatSchema.options.join(', ')}`);
  const most = MOST[format.data];
  const number = z.coerce.number().int().min(1).max(most).default(DEFAULT[format.data]);
  const size = number.safeParse(text);
  if (!size.success) throw new AppError('bad-request', `size: 1 to ${most}`);
  return { format: format.data, size: size.data };
}

function acceptedBy({ request }: Call): Format {
  const types = (request.headers.get('accept') ?? '').split(',').map((one) => one.split(';')[0]);
  const known = types.map((type) => MEDIA_TYPES[type?.trim().toLowerCase() ?? '']);
  return known.find((format) => format !== undefined) ?? 'json';
}

/** A page of a list: what it is called, its rows, and where it goes on. */
export interface Listing<Row, Line> {
  readonly name: string;
  readonly rows: readonly Row[];
  /** What of a row stands on lines of a file; of CSV, in these columns. */
  readonly lines: (row: Row) => readonly Line[];
  readonly columns: readonly Column<Line>[];
  /** The query of the next page, beside size and format. */
  readonly next: Readonly<Record<string, string>> | undefined;
  /** What a page to look at says beside. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/**
 * A page as JSON, or as a file: CSV or JSON lines, each with the address of the next page (in the
 * header `Link` of a file, RFC 8288).
 */
export function listingAnswer<Row, Line>(
  call: Call,
  { format, size }: Wanted,
  listing: Listing<Row, Line>,
): HttpResponseInit {
  const { name, rows, lines, columns, next } = listing;
  const address = next && nextAddress(call, { format, size }, next);
  if (format === 'json') {
    const jsonBody = { ...listing.beside, [name]: rows, ...(address && { next: address }) };
    return { status: 200, jsonBody };
  }
  const all = rows.flatMap(lines);
  return {
    status: 200,
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl',
      'content-disposition': `attachment; filename="${name}.${format}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(address && { link: `<${address}>; rel="next"` }),
    },
    body: format === 'csv' ? csvText(columns, all) : jsonLines(all),
  };
}

function nextAddress(
  { request }: Call,
  { format, size }: Wanted,
  next: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({
    size: String(size),
    ...(format !== 'json' && { format }),
    ...next,
  });
  return `${new URL(request.url).pathname}?${query.toString()}`;
}
