import { createHash } from 'node:crypto';
import type { Kind } from '../../sync/entry.ts';
import { SCIM_LIMITS } from '../limits.ts';
import { ScimError } from '../scim-error.ts';
import { type Cursor, readCursor } from './cursor.ts';
import type { Exchange, Provider } from './exchange.ts';

/** Which page of a listing is wanted. */
export type Page =
  | { readonly by: 'index'; readonly startIndex: number; readonly count: number }
  | {
      readonly by: 'cursor';
      readonly cursor: Cursor;
      readonly count: number;
      /** What a cursor of this listing is tied to. */
      readonly query: string;
    };

/**
 * Reads `startIndex`, `count` and `cursor` (RFC 7644 section 3.4.2.4, RFC 9865 section 2). A page by
 * cursor begins with an empty one; where both are given the cursor counts. More than 1,000 at a time
 * are not sent, less than nothing means nothing.
 * @throws ScimError `invalidValue`, `invalidCount`, `invalidCursor`, `expiredCursor`
 */
export function readPage(
  { query }: Exchange,
  kinds: readonly [Kind, ...Kind[]],
  { now }: Pick<Provider, 'now'>,
): Page {
  const text = query.get('cursor');
  const wanted = wholeNumber(query.get('count'), text === null ? 'invalidValue' : 'invalidCount');
  const count = Math.min(
    Math.max(wanted ?? SCIM_LIMITS.defaultResults, 0),
    SCIM_LIMITS.mostResults,
  );
  if (text === null) {
    const startIndex = wholeNumber(query.get('startIndex'), 'invalidValue') ?? 1;
    return { by: 'index', startIndex: Math.max(startIndex, 1), count };
  }
  if (count === 0) throw new ScimError(400, 'invalidCount', 'a page by cursor holds at least one');
  const own = hashOf([kinds, query.get('filter')?.trim() ?? '']);
  const first = { kind: kinds[0], after: undefined };
  const cursor = text === '' ? first : readCursor(text, own, now());
  return { by: 'cursor', cursor, count, query: own };
}

function wholeNumber(text: string | null, scimType: 'invalidValue' | 'invalidCount') {
  if (text === null || text.trim() === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text.trim()))
    throw new ScimError(400, scimType, 'startIndex and count are whole numbers');
  return Number(text);
}

function hashOf(thing: unknown): string {
  return createHash('sha256').update(JSON.stringify(thing)).digest('base64url').slice(0, 22);
}
