import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { type Edge, type EdgeWord, edgeName, foldEdge } from '../../sync/edge.ts';
import { isStaleWord } from '../../sync/edge-export.ts';
import type { Item } from '../../sync/entry.ts';
import { fold, needsProof, removedLink } from '../../sync/fold.ts';
import { type Link, type Seen, stillDirty } from '../../sync/link.ts';
import type { EdgeKey } from '../../sync/messages.ts';
import { isPerhapsOld } from '../../sync/perhaps-old.ts';
import { believedManager, withDoubtedManager } from '../../sync/sent-manager.ts';
import { withoutBinned } from '../edges/binned-managers.ts';
import { silentManagers } from '../edges/silent-managers.ts';
import { recheckLater } from '../exports/recheck-later.ts';
import { tellUnmanaged } from '../exports/tell-unmanaged.ts';
import { isOfSide } from '../sides.ts';
import { findAlive } from './find-alive.ts';
import { edgeDrop, edgeMove } from './lane-work.ts';
import { lookLater } from './look-later.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories' | 'clock' | 'bus'>;

/** What is kept of an object: `agreed` can take four times as much, and both fit a row. */
const SEEN_BYTES = 40_000;

/** Where a batch of items is being handled. */
export interface Place {
  readonly connection: StoredConnection;
  readonly lane: Lane;
  readonly runId: string;
  /** Nothing of the batch can be stored yet. */
  readonly isNew: boolean;
  /** The batch was handled before, perhaps in part. */
  readonly isRepeat: boolean;
  /** Lanes are told of entries that come or return. */
  readonly tellsOthers: boolean;
  /** A full run: what it shows is stamped, and what strayed in the application is set right. */
  readonly isResync: boolean;
  /** Entries are compared even where Entra's side has not changed: the application has written. */
  readonly looksAtApp?: boolean;
  /** The application is down: what should be done is noted, nothing is tried. */
  readonly isOffline: boolean;
  /** Objects that were just found by their ids. */
  readonly found?: ReadonlySet<string>;
}

/** A link as stored (undefined where there is none) and as it is now. */
export interface FoldedLink {
  readonly from: Link | undefined;
  readonly link: Link;
  /** Entra has just shown the object: no removal, whose replay would settle no doubt. */
  readonly isShown?: boolean;
}

export interface Folded {
  readonly links: readonly FoldedLink[];
  readonly edges: readonly LaneWrite[];
  /** Edges that the batch speaks of and the application lacks, new or not. */
  readonly pending: readonly Edge[];
  /** Stamps of what a full run has shown, and nothing else has changed of. */
  readonly sightings: readonly LaneWrite[];
  /** Ids of the objects that the batch shows. */
  readonly shown: ReadonlySet<string>;
  /** Removals of objects that were never seen. */
  readonly ignored: number;
}

/** Of a manager that counts and may be older than the one that was sent, that stands there. */
function doubtedManager(link: Link, { manager }: Item): Link {
  return manager === undefined ? link : { ...link, seen: withDoubtedManager(link.seen, manager) };
}

/** Reads what is stored of a batch's objects, and folds the items into it one by one. */
export async function foldItems(
  needs: Needs,
  place: Place,
  items: readonly Item[],
): Promise<Folded> {
  const ids = [...new Set(items.map((item) => item.id))];
  const stored = place.isNew ? new Map<string, Link>() : await needs.lanes.links(place.lane, ids);
  const alive = await proveAlive(needs, place, items, stored);
  const at = needs.clock.now();
  const now = new Map(stored);
  const removedUnseen = new Map<string, Link>();
  const shown = new Set<string>();
  const doubts: Item[] = [];
  const words: { holder: Item; word: EdgeWord }[] = [];
  const shownItems = place.found
    ? await withoutBinned(needs, place.connection, items, stored)
    : items;
  for (const shownItem of shownItems) {
    const before = now.get(shownItem.id);
    const { item, isDoubtful: isDoubted } = believedManager(before?.seen, shownItem, at);
    const known = before ?? removedUnseen.get(item.id);
    if (known && needsProof(known, item) && !alive.has(item.id)) {
      now.set(item.id, isDoubtful(known) ? doubted(known, at) : known);
      // A replay says nothing of edges; but if it is none, those of what was never seen are told only here.
      if (!stored.has(item.id)) words.push(...wordsOf(item, before, place.isRepeat));
      continue;
    }
    if (item.removed && !before) removedUnseen.set(item.id, removedLink(item, item.removed));
    shown.add(item.id);
    words.push(...wordsOf(item, before, place.isRepeat));
    const folded = fold(before, item, {
      runId: place.runId,
      alive: alive.has(item.id),
      now: at,
    });
    if (isDoubted || (before && isPerhapsOld(before, item, at))) doubts.push(item);
    if (folded) {
      const next = withinBounds(folded, before, item, at);
      const told = isDoubted ? doubtedManager(next, item) : next;
      // It was back: this may be a replay of the removal that was followed before, of which nobody asks again.
      const isReplayed = item.removed && before && !before.seen.removed && next.state === 'removed';
      now.set(item.id, isReplayed ? doubted(told, at) : told);
    }
  }
  if (place.isResync) words.push(...(await silentManagers(needs, place.connection, items, now)));
  await lookLater(needs, place, doubts);
  const edges = await foldEdges(needs, place, words);
  // A full run compares the managers of all.
  if (place.tellsOthers) await tellUnmanaged(needs, place.connection, edges.edges);
  return {
    links: [...now.values()].map((link) => {
      const isShown = shown.has(link.entraId) && link.seen.removed === undefined;
      return { link, from: stored.get(link.entraId), isShown };
    }),
    ...edges,
    shown,
    ignored: ids.filter((id) => !now.has(id)).length,
  };
}

/** Plain items of removed objects count only when the object is found by id: deltas replay. */
async function proveAlive(
  needs: Needs,
  place: Place,
  items: readonly Item[],
  stored: ReadonlyMap<string, Link>,
): Promise<ReadonlySet<string>> {
  const removedHere = new Set(items.filter((item) => item.removed).map((item) => item.id));
  const { found = new Set<string>() } = place;
  const doubtful = items.filter(
    (item) =>
      !item.removed &&
      !found.has(item.id) &&
      (needsProof(stored.get(item.id), item) || removedHere.has(item.id)),
  );
  try {
    const alive = await findAlive(needs, place.connection, doubtful);
    return new Set([...alive, ...found]);
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    return found;
  }
}

/**
 * A replica that lags does not find a restored object yet, and Entra may not answer: it is looked for
 * again. Not where its removal waits anyway, which asks by id, nor of what was purged.
 */
function isDoubtful({ dirty, seen }: Link): boolean {
  return dirty === null && seen.removed === 'changed';
}

function doubted(link: Link, now: number): Link {
  const detail = 'the object shows again, and is not found by its id';
  return { ...link, dirty: stillDirty(link.dirty, 'unproven', { now, detail }) };
}

/** What does not fit a row is that object's failure: it keeps what it held before. */
function withinBounds(folded: Link, before: Link | undefined, item: Item, now: number): Link {
  if (!isTooLarge(folded.seen, item)) return folded;
  const seen = { ...(before?.seen ?? { properties: {} }), ...removedIn(folded.seen) };
  const detail = 'the object is larger than Tandem can keep';
  return { ...folded, seen, dirty: stillDirty(folded.dirty, 'too-large', { now, detail }) };
}

/** Whether more was said of an object than is kept. */
export function isTooLarge(seen: Seen, item: Item): boolean {
  return item.oversized === true || Buffer.byteLength(JSON.stringify(seen)) > SEEN_BYTES;
}

function removedIn({ removed }: Seen): Pick<Seen, 'removed'> {
  return removed === undefined ? {} : { removed };
}

/** What an item says of edges. A user has one manager: a new one takes the old one's place. */
function wordsOf(item: Item, link: Link | undefined, isRepeat: boolean) {
  const members = (item.members ?? []).map((member) => ({
    holder: item,
    word: { member: member.id, memberKind: member.kind, removed: member.removed },
  }));
  const before = link?.seen.manager;
  // A crash may have saved what the link has seen, and not yet the edge, or not yet applied it.
  const isKnown = item.manager === before && link?.state === 'linked' && !isRepeat;
  if (item.manager === undefined || isKnown) return members;
  const manager = (id: string, removed: boolean) => ({
    holder: item,
    word: { member: id, memberKind: 'user' as const, removed },
  });
  return [
    ...members,
    ...(before && before !== item.manager ? [manager(before, true)] : []),
    ...(item.manager ? [manager(item.manager, false)] : []),
  ];
}

async function foldEdges(
  needs: Needs,
  place: Place,
  words: readonly { holder: Item; word: EdgeWord }[],
): Promise<Pick<Folded, 'edges' | 'pending' | 'sightings'>> {
  const stored = place.isNew ? new Map<string, Edge>() : await storedEdges(needs, place, words);
  const now = new Map<string, Edge | null>(stored);
  const at = needs.clock.now();
  const doubts: EdgeKey[] = [];
  for (const { holder, word } of words) {
    const key = { holder: holder.id, member: word.member };
    const name = edgeName(key);
    const before = now.get(name);
    if (before && isStaleWord(before, word, at)) doubts.push(key);
    const relation = holder.kind === 'group' ? ('member' as const) : ('manager' as const);
    const context = { holder: holder.id, relation, runId: place.runId, now: at };
    const folded = foldEdge(now.get(name) ?? undefined, word, context);
    if (folded !== undefined && (folded || now.has(name))) now.set(name, folded);
  }
  await recheckLater(needs, place, doubts);
  await freeResting(needs, place, { stored, now });
  const edges = [...now].flatMap(([name, edge]): LaneWrite[] => {
    const from = stored.get(name);
    if (edge === null) return from ? [edgeDrop(from)] : [];
    return edge === from ? [] : [edgeMove(from, edge)];
  });
  const pending = [...now.values()].filter((edge) => edge?.wanted && !edge.applied);
  return {
    edges,
    pending: pending.filter((edge) => edge !== null),
    sightings: place.isResync ? sightings(place.runId, words, { stored, now }) : [],
  };
}

/** Who has left the application takes their memberships along: those are no loss of their own. */
async function freeResting(
  needs: Needs,
  { connection }: Place,
  edges: {
    readonly stored: ReadonlyMap<string, Edge>;
    readonly now: Map<string, Edge | null>;
  },
): Promise<void> {
  const leaving = [...edges.now].flatMap(([name, edge]) =>
    edge?.removal && edge !== edges.stored.get(name) ? [{ name, edge, removal: edge.removal }] : [],
  );
  if (leaving.length === 0) return;
  const members = [...new Set(leaving.map(({ edge }) => edge.member))];
  const ties = await needs.ties.read(connection.id, members);
  const managed = new Set(
    [...edges.now.values()].flatMap((edge) =>
      edge?.relation === 'manager' && edge.wanted ? [edge.holder] : [],
    ),
  );
  for (const { name, edge, removal } of leaving) {
    // Nor is a manager lost who has a successor.
    const isReplaced = edge.relation === 'manager' && managed.has(edge.holder);
    const isFree = isReplaced || ties.get(edge.member)?.state !== 'linked';
    if (isFree) edges.now.set(name, { ...edge, removal: { ...removal, isFree } });
  }
}

async function storedEdges(
  needs: Needs,
  place: Place,
  words: readonly { holder: Item; word: EdgeWord }[],
): Promise<ReadonlyMap<string, Edge>> {
  return needs.lanes.edges(
    place.lane,
    words.map(({ holder, word }) => ({ holder: holder.id, member: word.member })),
  );
}

/** Stamps the edges that the words show and that need no other write. */
function sightings(
  runId: string,
  words: readonly { holder: Item; word: EdgeWord }[],
  edges: {
    readonly stored: ReadonlyMap<string, Edge>;
    readonly now: ReadonlyMap<string, Edge | null>;
  },
): LaneWrite[] {
  const shown = words.filter(({ word }) => !word.removed);
  const names = new Set(
    shown.map(({ holder, word }) => edgeName({ holder: holder.id, member: word.member })),
  );
  return [...names].flatMap((name): LaneWrite[] => {
    const edge = edges.stored.get(name);
    const isOld = edge?.sighted !== runId && edge === edges.now.get(name);
    return edge && isOld ? [{ sightedEdge: edge, runId }] : [];
  });
}
