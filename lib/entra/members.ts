import { z } from 'zod';
import type { Graph } from './client.ts';
import { followingPages } from './following-pages.ts';
import { foundBody } from './found-body.ts';
import { graphUrl } from './graph-base.ts';
import { LINK } from './link.ts';

/** The largest page that Graph gives (Graph docs: list members). */
const MEMBERS_A_PAGE = '999';

/** One page of a group's direct members. */
export const MEMBER_PAGE = z.object({
  value: z.array(LINK),
  '@odata.nextLink': z.string().optional(),
});
export type MemberPage = z.infer<typeof MEMBER_PAGE>;

/** The first page of a group's direct members: path below the version, with its query. */
export function membersPath(groupId: string): string {
  return `/groups/${groupId}/members?$select=id&$top=${MEMBERS_A_PAGE}`;
}

/**
 * Which of these ids are direct members of a group, at 2 resource units a page of 999. It stops at
 * the page that shows the last of them; a group that Graph does not know has none.
 * @throws AppError as `Graph.send`, `bad-link`
 */
export async function findMembers(
  graph: Graph,
  groupId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const wanted = new Set(ids);
  if (wanted.size === 0) return wanted;
  const answer = await graph.send({
    url: graphUrl(graph.base, membersPath(encodeURIComponent(groupId))),
  });
  const first = foundBody(MEMBER_PAGE, answer);
  const found = new Set<string>();
  if (!first) return found;
  for await (const links of followingPages(graph, MEMBER_PAGE, first)) {
    const here = new Set(links.map(({ id }) => id.toLowerCase()));
    for (const id of wanted) if (here.has(id.toLowerCase())) found.add(id);
    if (found.size === wanted.size) break;
  }
  return found;
}
