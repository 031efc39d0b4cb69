import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Graph } from './client.ts';
import { ownLink } from './graph-base.ts';
import { answerError } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';

/** One page of a list (Graph docs: paging). */
export interface ListPage<T> {
  readonly value: readonly T[];
  readonly '@odata.nextLink'?: string | undefined;
}

/**
 * What is on a first page and on all that follow it. A page may be empty and not be the last.
 * @param eventual as in `GraphCall`; links do not carry it
 * @throws AppError as `Graph.send`, `bad-link`
 */
export async function* followingPages<T>(
  graph: Graph,
  schema: z.ZodType<ListPage<T>>,
  first: ListPage<T>,
  eventual = false,
): AsyncGenerator<readonly T[]> {
  yield first.value;
  const seen = new Set<string>();
  for (let link = first['@odata.nextLink']; link !== undefined; ) {
    const url = ownLink(graph.base, link);
    if (seen.has(url)) throw new AppError('bad-answer', 'the pages of a list lead in a circle');
    seen.add(url);
    const answer = await graph.send({ url, eventual });
    if (answer.status !== 200) throw answerError('bad-answer', answer);
    const page = parseAnswer(schema, answer.body);
    yield page.value;
    link = page['@odata.nextLink'];
  }
}
