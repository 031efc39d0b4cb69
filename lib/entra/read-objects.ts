import { chunks } from '../sync/chunks.ts';
import type { Item } from '../sync/entry.ts';
import type { Graph } from './client.ts';
import { COLLECTION } from './collection.ts';
import { followingPages } from './following-pages.ts';
import { membersOf, toReadItem } from './item.ts';
import type { ReadItem } from './item-schema.ts';
import type { Link } from './link.ts';
import { MEMBER_PAGE, type MemberPage, membersPath } from './members.ts';
import { checkSameId, readById } from './read-by-id.ts';
import type { Reading } from './reading.ts';

/** The most members of one item. */
const MEMBERS_AN_ITEM = 1_000;

/** Objects of a kind as they are now; see `ChangeFeed.read` of the ports. */
export function readObjects(
  graph: Graph,
  reading: Reading,
  ids: readonly string[],
): AsyncGenerator<readonly Item[]> {
  const isWithMembers = reading.kind === 'group' && reading.hasRelationship;
  return isWithMembers ? readGroups(graph, reading, ids) : readPlainly(graph, reading, ids);
}

/** Users at 2 resource units each, the manager included; groups without members at 1. */
async function* readPlainly(
  graph: Graph,
  reading: Reading,
  ids: readonly string[],
): AsyncGenerator<readonly Item[]> {
  for await (const found of readProperties(graph, reading, ids))
    yield [...found].map(([id, said]) => itemOf(reading, id, said));
}

/** At 1 resource unit each, and 2 for every 999 members. */
async function* readGroups(
  graph: Graph,
  reading: Reading,
  ids: readonly string[],
): AsyncGenerator<readonly Item[]> {
  for await (const groups of readProperties(graph, reading, ids)) {
    const members = { path: membersPath, answer: MEMBER_PAGE };
    for await (const firstPages of readById(graph, [...groups.keys()], members))
      for (const [id, page] of firstPages) {
        const said = groups.get(id);
        if (said) yield* groupInSlices(graph, itemOf(reading, id, said), page);
      }
  }
}

function readProperties(graph: Graph, reading: Reading, ids: readonly string[]) {
  const { kind, readSelect, readItem, hasRelationship } = reading;
  const expand = kind === 'user' && hasRelationship ? '&$expand=manager($select=id)' : '';
  const path = (id: string) => `${COLLECTION[kind]}/${id}?$select=${readSelect}${expand}`;
  return readById(graph, ids, { path, answer: readItem });
}

/** @throws AppError `bad-answer` where it is another object than the one asked for */
function itemOf({ kind, hasRelationship }: Reading, id: string, said: ReadItem): Item {
  checkSameId(id, said);
  return { ...toReadItem(kind, said, hasRelationship), id };
}

/** The properties come with the first slice; a group without members is one item all the same. */
async function* groupInSlices(
  graph: Graph,
  group: Item,
  first: MemberPage,
): AsyncGenerator<readonly Item[]> {
  let { properties } = group;
  let isFirst = true;
  for await (const links of followingPages(graph, MEMBER_PAGE, first)) {
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
