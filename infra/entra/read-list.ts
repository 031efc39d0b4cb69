import { z } from 'zod';
import type { Graph } from '../../lib/entra/client.ts';
import { followingPages } from '../../lib/entra/following-pages.ts';
import { graphUrl } from '../../lib/entra/graph-base.ts';
import { answerError } from '../../lib/entra/graph-error.ts';
import { parseAnswer } from '../../lib/entra/parse-answer.ts';

/**
 * All of a list of Graph.
 * @param path below the version, with its query
 * @throws AppError as `Graph.send`, `bad-answer`
 */
export async function readList<T>(
  graph: Graph,
  path: string,
  entry: z.ZodType<T>,
): Promise<readonly T[]> {
  const page = z.object({ value: z.array(entry), '@odata.nextLink': z.string().optional() });
  const answer = await graph.send({ url: graphUrl(graph.base, path) });
  if (answer.status !== 200) throw answerError('bad-answer', answer);
  const found: T[] = [];
  for await (const value of followingPages(graph, page, parseAnswer(page, answer.body)))
    found.push(...value);
  return found;
}
