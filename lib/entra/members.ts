import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Graph } from './client.ts';
import { foundBody } from './found-body.ts';
import { graphUrl, ownLink } from './graph-base.ts';
import { answerError } from './graph-error.ts';
import { LINK, type Link } from './item.ts';
import { parseAnswer } from './parse-answer.ts';

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
  for await (const links of memberPages(graph, first)) {
    const here = new Set(links.map(({ id }) => id.toLowerCase()));
    for (const id of wanted) if (here.has(id.toLowerCase())) found.add(id);
    if (found.size === wanted.size) break;
  }
  return found;
}

/**
 * The members on a first page and on all that follow it. A page may be empty and not be the last.
 * @throws AppError as `Graph.send`, `bad-link`
 */
export async function* memberPages(
  graph: Graph,
  first: MemberPage,
): AsyncGenerator<readonly Link[]> {
  yield first.value;
  const seen = new Set<string>();
  for (let link = first['@odata.nextLink']; link !== undefined; ) {
    const url = ownLink(graph.base, link);
    if (seen.has(url)) throw new AppError('bad-answer', 'the pages of a group lead in a circle');
    seen.add(url);
    const answer = await graph.send({ url });
    if (answer.status !== 200) throw answerError('bad-answer', answer);
    const page = parseAnswer(MEMBER_PAGE, answer.body);
    yield page.value;
    link = page['@odata.nextLink'];
  }
}
