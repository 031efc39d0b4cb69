import type { StoredResource } from '../../ports/resources.ts';
import { SCIM_LIMITS } from '../limits.ts';
import type { Cursor } from './cursor.ts';
import type { Source, SourcePage } from './source.ts';

/** Where few match, a page ends after so many that were looked at, and the next one goes on. */
const LOOKED_AT_A_PAGE = 5_000;

/** A page by cursor; `next` is undefined after the last. */
export interface CursorPage {
  readonly resources: readonly StoredResource[];
  readonly next: Cursor | undefined;
}

/**
 * A page by cursor (RFC 9865) of what the sources hold one after the other. It may hold less than
 * was asked for, even nothing, and still have a next one.
 */
export async function pageByCursor(
  sources: readonly Source[],
  cursor: Cursor,
  count: number,
): Promise<CursorPage> {
  const resources: StoredResource[] = [];
  const begin = sources.findIndex(({ kind }) => kind === cursor.kind);
  let read = 0;
  for (const [at, source] of sources.entries()) {
    if (at < begin) continue;
    const later = sources[at + 1];
    const size = source.isWhole ? count - resources.length : SCIM_LIMITS.mostResults;
    for await (const page of source.pages(at === begin ? cursor.after : undefined, size)) {
      const taken = page.matches.slice(0, count - resources.length);
      resources.push(...taken);
      read += page.read;
      if (resources.length < count && read < LOOKED_AT_A_PAGE) continue;
      const after = taken.length < page.matches.length ? taken.at(-1)?.id : page.after;
      return { resources, next: nextOf(source, after, later) };
    }
  }
  return { resources, next: undefined };
}

function nextOf(
  { kind }: Source,
  after: SourcePage['after'],
  later: Source | undefined,
): Cursor | undefined {
  if (after !== undefined) return { kind, after };
  return later && { kind: later.kind, after: undefined };
}
