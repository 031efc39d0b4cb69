import type { Kind } from '../sync/entry.ts';
import type { Graph } from './client.ts';
import { kindOf, LINK } from './link.ts';
import { checkSameId, readById } from './read-by-id.ts';

/**
 * Which ids lie in the bin as objects of a kind (Graph docs: get deleted item); 1 resource unit
 * each, 20 a request.
 * @throws AppError as `Graph.send`
 */
export async function findRestorable(
  graph: Graph,
  kind: Kind,
  ids: readonly string[],
): Promise<Set<string>> {
  const restorable = new Set<string>();
  const path = (id: string) => `/directory/deletedItems/${id}?$select=id`;
  for await (const found of readById(graph, ids, { path, answer: LINK })) {
    for (const [id, object] of found) {
      checkSameId(id, object);
      if (kindOf(object) === kind) restorable.add(id);
    }
  }
  return restorable;
}
