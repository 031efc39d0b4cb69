import { extname } from 'node:path';
import type { Given } from './command.ts';
import { textOf, usage } from './given.ts';

/** How the parts of a list are put together as one file. */
export interface FileFormat {
  readonly mediaType: string;
  /** The first line of each part names the columns (RFC 4180). */
  readonly hasHeader: boolean;
  /** Within quotes a line goes on. */
  readonly hasQuotes: boolean;
}

/** A file that a list goes to. */
export interface ListFile {
  readonly path: string;
  readonly format: FileFormat;
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  '.csv': { mediaType: 'text/csv', hasHeader: true, hasQuotes: true },
  '.jsonl': { mediaType: 'application/jsonl', hasHeader: false, hasQuotes: false },
};

/**
 * The file that a list is to go to; undefined where it is to be shown.
 * @throws CommandFailure where it is of no format, or other options speak against it
 */
export function fileOf(given: Given): ListFile | undefined {
  const path = textOf(given, 'file');
  if (path === undefined) return undefined;
  const format = FORMATS[extname(path).toLowerCase()];
  if (!format)
    throw usage(`--file takes a name that ends in ${Object.keys(FORMATS).join(' or ')}.`);
  if (given.texts.has('limit')) throw usage('--file takes all of a list: without --limit.');
  if (given.flags.has('json'))
    throw usage('The name of a file says its format: without --json, --file X.jsonl.');
  return { path, format };
}
