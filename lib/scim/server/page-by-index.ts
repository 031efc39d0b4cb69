import type { StoredResource } from '../../ports/resources.ts';
import { SCIM_LIMITS } from '../limits.ts';
import { ScimError } from '../scim-error.ts';
import type { Provider } from './exchange.ts';
import type { Source } from './source.ts';

/** So many are looked at for one answer; a total cannot be had without looking at all. */
const MOST_LOOKED_AT = 20_000;

/** Which of the matches are wanted, counted from 0. */
interface Span {
  readonly first: number;
  readonly count: number;
}

/** A page by index, with how many there are altogether. */
export interface IndexedPage {
  readonly resources: readonly StoredResource[];
  readonly total: number;
}

/**
 * A page by index (RFC 7644 section 3.4.2.4) of what the sources hold one after the other. Past the
 * end it is empty.
 * @throws ScimError `tooMany` where too many would have to be looked at
 */
export async function pageByIndex(
  provider: Provider,
  sources: readonly Source[],
  wanted: Span,
): Promise<IndexedPage> {
  const resources: StoredResource[] = [];
  let total = 0;
  for (const source of sources) {
    const first = Math.max(wanted.first - total, 0);
    const span = { first, count: wanted.count - resources.length };
    const page = await (source.isWhole ? pageOfAll : pageOfMatches)(provider, source, span);
    resources.push(...page.resources);
    total += page.total;
  }
  return { resources, total };
}

async function pageOfAll(provider: Provider, source: Source, span: Span): Promise<IndexedPage> {
  const { kind } = source;
  const total = await source.size();
  if (span.count === 0 || span.first >= total) return { resources: [], total };
  const start = provider.bookmarks.nearest(kind, span.first);
  const resources: StoredResource[] = [];
  let { index, after } = start;
  while (resources.length < span.count) {
    const missing = index < span.first ? span.first - index : span.count - resources.length;
    const { value: page } = await source
      .pages(after, Math.min(missing, SCIM_LIMITS.mostResults))
      .next();
    if (!page) break;
    if (index >= span.first) resources.push(...page.matches);
    index += page.read;
    after = page.after;
    if (after === undefined) break;
    provider.bookmarks.keep(kind, { index, after });
  }
  return { resources, total };
}

async function pageOfMatches(
  _: Provider,
  source: Source,
  { first, count }: Span,
): Promise<IndexedPage> {
  if ((await source.size()) > MOST_LOOKED_AT)
    throw new ScimError(
      400,
      'tooMany',
      `more than ${MOST_LOOKED_AT} resources would have to be looked at: page by cursor`,
    );
  const resources: StoredResource[] = [];
  let total = 0;
  for await (const page of source.pages(undefined, SCIM_LIMITS.mostResults)) {
    const from = Math.max(first - total, 0);
    resources.push(...page.matches.slice(from, from + count - resources.length));
    total += page.matches.length;
  }
  return { resources, total };
}
