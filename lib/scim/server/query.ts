import type { StoredResource } from '../../ports/resources.ts';
import type { Json, Kind } from '../../sync/entry.ts';
import { ScimError } from '../scim-error.ts';
import { cursorText } from './cursor.ts';
import type { Answer, Exchange, Provider } from './exchange.ts';
import { listResponse } from './list-response.ts';
import { pageByCursor } from './page-by-cursor.ts';
import { pageByIndex } from './page-by-index.ts';
import { readPage } from './paging.ts';
import { selectionOf } from './read-one.ts';
import { renderListed } from './render.ts';
import type { Source } from './source.ts';
import { sourceOf } from './source-of.ts';

/** GET of all resources of a kind, or of those that a filter lets pass (RFC 7644 section 3.4.2). */
export function queryKind(provider: Provider, exchange: Exchange, kind: Kind): Promise<Answer> {
  return query(provider, exchange, [kind]);
}

/** A query of users and groups together (RFC 7644 section 3.4.2.1). */
export function queryAll(provider: Provider, exchange: Exchange): Promise<Answer> {
  return query(provider, exchange, ['user', 'group']);
}

async function query(
  provider: Provider,
  exchange: Exchange,
  kinds: readonly [Kind, ...Kind[]],
): Promise<Answer> {
  const page = readPage(exchange, kinds, provider);
  const render = renderingOf(provider, exchange, kinds);
  const sources = await sourcesOf(provider, exchange, kinds);
  if (page.by === 'index') {
    const { startIndex, count } = page;
    const { resources, total } = await pageByIndex(provider, sources, {
      first: startIndex - 1,
      count,
    });
    return list({ resources: await render(resources), total, startIndex });
  }
  const { resources, next } = await pageByCursor(sources, page.cursor, page.count);
  const nextCursor = next && cursorText(next, page.query, provider.now());
  return list({ resources: await render(resources), ...(nextCursor && { nextCursor }) });
}

function list(listed: Parameters<typeof listResponse>[0]): Answer {
  return { status: 200, body: listResponse(listed) };
}

function renderingOf(provider: Provider, exchange: Exchange, kinds: readonly Kind[]) {
  const selections = new Map(kinds.map((kind) => [kind, selectionOf(provider, exchange, kind)]));
  return async (resources: readonly StoredResource[]): Promise<Json[]> => {
    const rendered: Json[] = [];
    for (const stored of resources) {
      const selection = selections.get(stored.kind);
      if (selection) rendered.push(await renderListed(provider, stored, selection));
    }
    return rendered;
  };
}

/**
 * An attribute that only one of several kinds has matches nothing of the others (RFC 7644 section
 * 3.4.2.1); one that none of them has is an error.
 */
async function sourcesOf(
  provider: Provider,
  { query: parameters }: Exchange,
  kinds: readonly Kind[],
): Promise<readonly Source[]> {
  const filter = parameters.get('filter')?.trim() || undefined;
  const tried = await Promise.allSettled(kinds.map((kind) => sourceOf(provider, kind, filter)));
  const sources = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = tried.find((one) => one.status === 'rejected');
  if (failure && !(isOfFilter(failure.reason) && sources.length > 0)) throw failure.reason;
  return sources;
}

function isOfFilter(error: unknown): boolean {
  return error instanceof ScimError && error.scimType === 'invalidFilter';
}
