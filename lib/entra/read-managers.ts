import type { Graph } from './client.ts';
import { kindOf, LINK } from './link.ts';
import { readById } from './read-by-id.ts';

/**
 * Users' managers by user id; without those who have none, or a contact, or are not found: Graph
 * answers to all of them with 404 (Graph docs: list manager). At 1 resource unit this costs half of
 * what `$expand` on the user does; 20 a request.
 * @throws AppError as `Graph.send`
 */
export async function readManagers(
  graph: Graph,
  userIds: readonly string[],
): Promise<Map<string, string>> {
  const managers = new Map<string, string>();
  const path = (id: string) => `/users/${id}/manager?$select=id`;
  for await (const found of readById(graph, userIds, { path, answer: LINK })) {
    for (const [userId, manager] of found)
      if (kindOf(manager) === 'user') managers.set(userId, manager.id);
  }
  return managers;
}
