import type { Item, Kind } from '../sync/entry.ts';
import { chunks } from './chunks.ts';
import type { Graph } from './client.ts';
import { type Link, membersOf, READ_ITEM, toReadItem } from './item.ts';
import { MEMBER_PAGE, type MemberPage, memberPages, membersPath } from './members.ts';
import { checkSameId, readById } from './read-by-id.ts';
import { propertySelectOf } from './select.ts';

/** The most members of one item. */
const MEMBERS_AN_ITEM = 1_000;

/** Objects of a kind as they are now; see `ChangeFeed.read` of the ports. */
export function readObjects(
  graph: Graph,
  kind: Kind,
  ids: readonly string[],
): AsyncGenerator<readonly Item[]> {
  return kind === 'user' ? readUsers(graph, ids) : readGroups(graph, ids);
}

/** At 2 resource units each, the manager included. */
async function* readUsers(graph: Graph, ids: readonly string[]): AsyncGenerator<readonly Item[]> {
  const query = `$select=${propertySelectOf('user')}&$expand=manager($select=id)`;
  const path = (id: string) => `/users/${id}?${query}`;
  for await (const found of readById(graph, ids, { path, answer: READ_ITEM.user }))
    yield [...found].map(([id, said]) => {
      checkSameId(id, said);
      return { ...toReadItem('user', said), id };
    });
}

/** At 1 resource unit each, and 2 for every 999 members. */
async function* readGroups(graph: Graph, ids: readonly string[]): AsyncGenerator<readonly Item[]> {
  const path = (id: string) => `/groups/${id}?$select=${propertySelectOf('group')}`;
  for await (const groups of readById(graph, ids, { path, answer: READ_ITEM.group })) {
    const members = { path: membersPath, answer: MEMBER_PAGE };
    for await (const firstPages of readById(graph, [...groups.keys()], members))
      for (const [id, page] of firstPages) {
        const said = groups.get(id);
        if (!said) continue;
        checkSameId(id, said);
        yield* groupInSlices(graph, { ...toReadItem('group', said), id }, page);
      }
  }
}

/** The properties come with the first slice; a group without members is one item all the same. */
async function* groupInSlices(
  graph: Graph,
  group: Item,
  first: MemberPage,
): AsyncGenerator<readonly Item[]> {
  let { properties } = group;
  let isFirst = true;
  for await (const links of memberPages(graph, first)) {
    for (const slice of slices(links, isFirst)) {
      yield [{ ...group, properties, ...membersOf(slice) }];
      properties = {};
      isFirst = false;
    }
  }
}

function slices(links: readonly Link[], isFirst: boolean): readonly (readonly Link[])[] {
  return isFirst && links.length === 0 ? [links] : chunks(links, MEMBERS_AN_ITEM);
}
