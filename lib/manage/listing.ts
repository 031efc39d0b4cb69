import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { FileReply } from './contract.ts';
import { type FileSource, fileText } from './file-text.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';

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

/** The query of a list that is given as a file as well. */
export const listingShape = {
  size: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST.csv)
    .optional()
    .describe(`How many: of a page at most ${MOST.json}, of a file at most ${MOST.csv}`),
  format: formatSchema.optional().describe('A page, or a file; absent = as the header Accept says'),
};

/** How a list is wanted, and how much of it at once. */
interface Wanted {
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

/** A list, as routes have it. */
interface Listing<Body, Item, Line> extends FileSource<Item, Line> {
  /** Of the file. */
  readonly name: string;
  /** Where it goes on. */
  readonly after: string | undefined;
  /** What was asked for beside size, format and place. */
  readonly query?: Readonly<Record<string, string>>;
  /** The page to look at, with the address of the next. */
  readonly page: (items: readonly Item[], more: { readonly next?: string }) => Body;
}

/**
 * A page as JSON, or as a file: CSV or JSON lines, each with the address of the next page (in the
 * header `Link` of a file, RFC 8288).
 */
export async function listingAnswer<Body, Item, Line>(
  call: Call,
  { format, size }: Wanted,
  listing: Listing<Body, Item, Line>,
): Promise<{ readonly status: 200; readonly jsonBody: Body } | FileReply> {
  const { after, query = {} } = listing;
  const addressOf = (next: string | undefined) =>
    next === undefined ? undefined : nextAddress(call, { format, size }, { ...query, after: next });
  if (format === 'json') {
    const { items, next } = await listing.read({ size, ...(after !== undefined && { after }) });
    const address = addressOf(next);
    const more = address === undefined ? {} : { next: address };
    return { status: 200, jsonBody: listing.page(items, more) };
  }
  const { text, next } = await wholeText(fileText(listing, { format, size, after }));
  const address = addressOf(next);
  return {
    status: 200,
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl',
      'content-disposition': `attachment; filename="${listing.name}.${format}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(address !== undefined && { link: `<${address}>; rel="next"` }),
    },
    body: text,
  };
}

/**
 * The platform hands over whole bodies, and the address of the next file, which stands before the
 * text, is known after it: what is held is the text of one file, and the rows of one page.
 */
async function wholeText(
  pieces: AsyncGenerator<string, string | undefined>,
): Promise<{ readonly text: string; readonly next: string | undefined }> {
  const texts: string[] = [];
  for (;;) {
    const piece = await pieces.next();
    if (piece.done) return { text: texts.join(''), next: piece.value };
    texts.push(piece.value);
  }
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
