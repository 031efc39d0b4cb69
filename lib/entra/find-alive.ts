import { z } from 'zod';
import { AppError } from '../errors.ts';
import { chunks } from '../sync/chunks.ts';
import type { Kind } from '../sync/entry.ts';
import type { Graph } from './client.ts';
import { graphUrl } from './graph-base.ts';
import { answerError } from './graph-error.ts';
import { parseAnswer } from './parse-answer.ts';

/** Ids that one request takes (Graph docs: directoryObject getByIds). */
const IDS_A_REQUEST = 1_000;

const foundSchema = z.object({
  value: z.array(z.object({ id: z.string(), deletedDateTime: z.string().nullish() })),
  '@odata.nextLink': z.string().optional(),
});

/**
 * Which objects of a kind exist and are not deleted, 1,000 a request.
 * @throws AppError as `Graph.send`
 */
export async function findAlive(
  graph: Graph,
  kind: Kind,
  ids: readonly string[],
): Promise<Set<string>> {
  const alive = new Set<string>();
  for (const asked of chunks([...new Set(ids)], IDS_A_REQUEST)) {
    const found = await findChunk(graph, kind, asked);
    for (const id of asked) if (found.has(id.toLowerCase())) alive.add(id);
  }
  return alive;
}

/** `$select` lowers the cost of this request (Graph docs: throttling limits, identity). */
async function findChunk(graph: Graph, kind: Kind, ids: readonly string[]): Promise<Set<string>> {
  const url = graphUrl(graph.base, '/directoryObjects/getByIds', { $select: 'id,deletedDateTime' });
  const answer = await graph.send({
    method: 'POST',
    url,
    body: { ids, types: [kind] },
    repeatable: true,
  });
  if (answer.status !== 200) throw answerError('bad-answer', answer);
  const found = parseAnswer(foundSchema, answer.body);
  // Whoever is missing here counts as gone, so a part of an answer must never pass for a whole one.
  if (found['@odata.nextLink'] !== undefined)
    throw new AppError('bad-answer', 'Graph answered only for a part of the ids');
  const living = found.value.filter((object) => !object.deletedDateTime);
  return new Set(living.map((object) => object.id.toLowerCase()));
}
