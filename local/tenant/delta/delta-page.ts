import { isChosen } from '../chosen.ts';
import { firstAfter } from '../directory/change-feed.ts';
import type { Directory } from '../directory/directory.ts';
import { type DirectoryObject, isLive } from '../directory/directory-object.ts';
import type { Replica } from '../directory/replica.ts';
import {
  type DeltaItem,
  type ItemView,
  managerItems,
  propertiesOf,
  removalOf,
  unchangedProperties,
} from './delta-item.ts';
import type { DeltaQuery, DeltaResource, DeltaRound, DeltaStart, PageSize } from './delta-round.ts';
import { memberSlice } from './member-slice.ts';

/** One page; `next` is undefined on the last page of a round. */
export interface DeltaPage {
  readonly items: readonly DeltaItem[];
  readonly next: DeltaRound | undefined;
}

/** How a page is to be made. */
export interface DeltaView {
  readonly page: PageSize;
  readonly minimal: boolean;
  /** The tracked properties and relationships, defaults filled in. */
  readonly tracked: readonly string[];
  /** Whose state of things is shown; never behind what the round promises. */
  readonly replica: Replica;
}

const KIND = { users: 'user', groups: 'group' } as const;
const RELATIONSHIP: Record<DeltaResource, string> = { users: 'manager', groups: 'members' };

/**
 * Begins a round that goes up to the sequence `until`. An initial round goes through the objects
 * in order of creation, a later one through the log of changes, so that a round without changes
 * costs nothing.
 */
export function beginRound(directory: Directory, start: DeltaStart, until: number): DeltaRound {
  const { query, since } = start;
  const kind = KIND[query.resource];
  const log = directory.feed.log(kind);
  const listed = query.ids?.length;
  if (listed !== undefined) return { query, since, until, position: 0, limit: listed, slice: 0 };
  if (since === undefined) {
    return { query, since, until, position: 0, limit: directory.all(kind).length, slice: 0 };
  }
  const [position, limit] = [firstAfter(log, since), firstAfter(log, until)];
  return { query, since, until, position, limit, slice: 0 };
}

/** Moves the start of a round back over the last `count` changes, which then show once more. */
export function rewound(directory: Directory, start: DeltaStart, count: number): DeltaStart {
  if (start.since === undefined) return start;
  const log = directory.feed.log(KIND[start.query.resource]);
  const first = log[Math.max(0, firstAfter(log, start.since) - count)];
  return first === undefined
    ? start
    : { ...start, since: Math.min(start.since, first.sequence - 1) };
}

/** The next page of a round, as the replica shows it now. */
export function readPage(directory: Directory, round: DeltaRound, view: DeltaView): DeltaPage {
  const items: DeltaItem[] = [];
  const itemView = viewOf(round, view);
  let room = view.page.members;
  let { position, slice } = round;
  while (position < round.limit) {
    if (items.length >= view.page.objects || room <= 0) return { items, next: advance() };
    const object = candidateAt(directory, { ...round, position });
    const shown = object && showObject(object, itemView, { slice, room });
    if (shown?.item !== undefined) items.push(shown.item);
    room -= shown?.used ?? 0;
    slice = shown?.next ?? 0;
    if (shown?.next !== undefined) return { items, next: advance() };
    position += 1;
  }
  return { items, next: undefined };

  function advance(): DeltaRound {
    const { afterEmptyPage: _, ...rest } = round;
    return { ...rest, position, slice };
  }
}

/** The object as a client sees it who knows nothing yet; undefined where it is of another kind. */
export function itemOf(
  object: DirectoryObject,
  query: DeltaQuery,
  view: DeltaView,
): DeltaItem | undefined {
  if (object.kind !== KIND[query.resource]) return undefined;
  const place = { slice: 0, room: view.page.members };
  return showObject(object, viewOf({ query, since: undefined }, view), place).item;
}

function viewOf({ query, since }: DeltaStart, view: DeltaView): ItemView {
  const { tracked, minimal, replica } = view;
  const relationship = RELATIONSHIP[query.resource];
  return {
    properties: tracked.filter((name) => name !== relationship && name !== 'id'),
    relationship: tracked.includes(relationship),
    since,
    minimal,
    replica,
  };
}

/** The object at a position, unless it is withheld or was shown earlier in this round. */
function candidateAt(directory: Directory, round: DeltaRound): DirectoryObject | undefined {
  const object = objectAt(directory, round);
  if (object === undefined || round.only === undefined) return object;
  return isChosen(object.id, round.only) ? object : undefined;
}

function objectAt(
  directory: Directory,
  { query, since, position }: DeltaRound,
): DirectoryObject | undefined {
  const kind = KIND[query.resource];
  if (query.ids !== undefined) {
    const object = directory.known(query.ids[position] ?? '');
    return object?.kind === kind ? object : undefined;
  }
  if (since === undefined) return directory.all(kind)[position];
  const entry = directory.feed.log(kind)[position];
  return entry !== undefined && entry.previous <= since ? entry.object : undefined;
}

interface Shown {
  readonly item: DeltaItem | undefined;
  /** Members on the item. */
  readonly used: number;
  /** Where the group's next slice starts, if it needs one. */
  readonly next: number | undefined;
}

function showObject(
  object: DirectoryObject,
  view: ItemView,
  place: { slice: number; room: number },
): Shown {
  const removed = removalOf(object, view);
  if (removed !== undefined) return { item: removed, used: 0, next: undefined };
  if (!isLive(view.replica.stateOf(object))) return { item: undefined, used: 0, next: undefined };
  return object.kind === 'group' ? showGroup(object, view, place) : showUser(object, view);
}

function showUser(user: DirectoryObject, view: ItemView): Shown {
  const own = propertiesOf(user, view);
  const managers = view.relationship ? managerItems(user, view) : [];
  if (own === undefined && managers.length === 0) {
    return { item: undefined, used: 0, next: undefined };
  }
  const item: DeltaItem = {
    id: user.id,
    ...(own ?? unchangedProperties(user, view)),
    ...(managers.length > 0 && { 'manager@delta': managers }),
  };
  return { item, used: 0, next: undefined };
}

function showGroup(
  group: DirectoryObject,
  view: ItemView,
  { slice, room }: { slice: number; room: number },
): Shown {
  const own = propertiesOf(group, view);
  const members = view.relationship
    ? memberSlice(group, { ...view, from: slice, room })
    : { items: [], next: undefined };
  if (own === undefined && members.items.length === 0) {
    return { item: undefined, used: 0, next: members.next };
  }
  const item: DeltaItem = {
    id: group.id,
    ...(own ?? unchangedProperties(group, view)),
    // A group without members has no members@delta at all (Graph docs: delta query for groups).
    ...(members.items.length > 0 && { 'members@delta': members.items }),
  };
  return { item, used: members.items.length, next: members.next };
}
