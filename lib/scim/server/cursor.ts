import { z } from 'zod';
import type { Kind } from '../../sync/entry.ts';
import { SCIM_LIMITS } from '../limits.ts';
import { ScimError } from '../scim-error.ts';

/** Where a listing by cursor goes on (RFC 9865 section 2). */
export interface Cursor {
  readonly kind: Kind;
  /** The id of the last entry that was looked at; undefined = begin with the first. */
  readonly after: string | undefined;
}

const schema = z.tuple([
  z.enum(['user', 'group']),
  z.string().max(100).nullable(),
  z.string().max(100),
  z.number(),
]);

/**
 * A cursor as text of unreserved characters (RFC 9865 section 2.1). It is not signed: it names a
 * place in the caller's own directory, and the caller may read all of that.
 * @param query what the listing is about: a cursor goes on with the query it came from
 */
export function cursorText({ kind, after }: Cursor, query: string, now: number): string {
  return Buffer.from(JSON.stringify([kind, after ?? null, query, now])).toString('base64url');
}

/** @throws ScimError `invalidCursor`, `expiredCursor` */
export function readCursor(text: string, query: string, now: number): Cursor {
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success || parsed.data[2] !== query)
    throw new ScimError(400, 'invalidCursor', 'the cursor belongs to another query, or to none');
  const [kind, after, , made] = parsed.data;
  if (now - made > SCIM_LIMITS.cursorSeconds * 1_000)
    throw new ScimError(400, 'expiredCursor', 'the cursor is too old: begin again without one');
  return { kind, after: after ?? undefined };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
