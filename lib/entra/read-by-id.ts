import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { chunks } from '../sync/chunks.ts';
import { REQUESTS_A_BATCH } from './batch-round.ts';
import type { Graph } from './client.ts';
import { foundBody } from './found-body.ts';

/** What is asked about each id. */
export interface Question<T> {
  /** The path below the version, with its query. @param id fit for a path */
  readonly path: (id: string) => string;
  readonly answer: z.ZodType<T>;
}

/**
 * Asks one question about each of many ids, 20 a request.
 * @returns pages of the answers by id, spelled as asked; ids that Graph does not know are missing
 * @throws AppError as `Graph.send`
 */
export async function* readById<T>(
  graph: Graph,
  ids: readonly string[],
  question: Question<T>,
): AsyncGenerator<ReadonlyMap<string, T>> {
  for (const asked of chunks([...new Set(ids)], REQUESTS_A_BATCH)) {
    const answers = await graph.sendBatch(asked.map((id) => question.path(encodeURIComponent(id))));
    const found = answers.map((answer) => foundBody(question.answer, answer));
    yield new Map(
      asked.flatMap((id, place): [string, T][] => {
        const body = found[place];
        return body === undefined ? [] : [[id, body]];
      }),
    );
  }
}

/**
 * Whether an object is the one that was asked for: ids are compared without case.
 * @throws AppError `bad-answer` where it is another
 */
export function checkSameId(asked: string, object: { readonly id: string }): void {
  if (asked.toLowerCase() !== object.id.toLowerCase())
    throw new AppError('bad-answer', 'Graph answered with another object');
}
