import type { Lane, LaneWrite, Services, StoredConnection } from '../ports.ts';
import { type Edge, type EdgeWord, edgeName, foldEdge } from '../sync/edge.ts';
import type { Item, Kind } from '../sync/entry.ts';
import { fold, needsProof } from '../sync/fold.ts';
import { type Link, stillDirty } from '../sync/link.ts';
import { edgeDrop, edgeWrite } from './lane-work.ts';

type Needs = Pick<Services, 'lanes' | 'directories' | 'clock'>;

/** Where a batch of items is being handled. */
export interface Place {
  readonly connection: StoredConnection;
  readonly lane: Lane;
  readonly runId: string;
  /** Nothing of the batch can be stored yet. */
  readonly isNew: boolean;
  /** Lanes are told of entries that come or return. */
  readonly tellsOthers: boolean;
}

/** A link as stored (undefined where there is none) and as it is now. */
export interface FoldedLink {
  readonly from: Link | undefined;
  readonly link: Link;
}

export interface Folded {
  readonly links: readonly FoldedLink[];
  readonly edges: readonly LaneWrite[];
  /** Removals of objects that were never seen. */
  readonly ignored: number;
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
  const now = new Map(stored);
  const words: { holder: Item; word: EdgeWord; superseded?: boolean }[] = [];
  for (const item of items) {
    const before = now.get(item.id);
    words.push(...wordsOf(item, before));
    const folded = item.oversized
      ? tooLarge(before, item, { runId: place.runId, now: needs.clock.now() })
      : fold(before, item, { runId: place.runId, alive: alive.has(item.id) });
    if (folded) now.set(item.id, folded);
  }
  return {
    links: [...now.values()].map((link) => ({ link, from: stored.get(link.entraId) })),
    edges: await foldEdges(needs, place, words),
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
  const doubtful = items.filter(
    (item) => !item.removed && (needsProof(stored.get(item.id), item) || removedHere.has(item.id)),
  );
  const feed = needs.directories.entra(place.connection);
  const found = await Promise.all(
    (['user', 'group'] satisfies Kind[]).map((kind) => {
      const ids = doubtful.filter((item) => item.kind === kind).map((item) => item.id);
      return ids.length > 0 ? feed.alive(kind, ids) : new Set<string>();
    }),
  );
  return new Set(found.flatMap((ids) => [...ids]));
}

function tooLarge(link: Link | undefined, item: Item, at: { runId: string; now: number }): Link {
  const plain: Item = { kind: item.kind, id: item.id, properties: {} };
  const known = link ?? fold(undefined, plain, { runId: at.runId, alive: true });
  if (!known) throw new Error('a plain item always folds to a link');
  const detail = 'the object is larger than a message';
  return { ...known, dirty: stillDirty(known.dirty, 'too-large', { now: at.now, detail }) };
}

/** What an item says of edges. A user has one manager, so a new one supersedes the old. */
function wordsOf(item: Item, link: Link | undefined) {
  const members = (item.members ?? []).map((member) => ({
    holder: item,
    word: { member: member.id, memberKind: member.kind, removed: member.removed },
  }));
  const before = link?.seen.manager;
  if (item.manager === undefined || item.manager === before) return members;
  const manager = (id: string, removed: boolean, superseded = false) => ({
    holder: item,
    word: { member: id, memberKind: 'user' as const, removed },
    superseded,
  });
  return [
    ...members,
    ...(before ? [manager(before, true, item.manager !== null)] : []),
    ...(item.manager ? [manager(item.manager, false)] : []),
  ];
}

async function foldEdges(
  needs: Needs,
  place: Place,
  words: readonly { holder: Item; word: EdgeWord; superseded?: boolean }[],
): Promise<LaneWrite[]> {
  const stored = place.isNew ? new Map<string, Edge>() : await storedEdges(needs, place, words);
  const now = new Map<string, Edge | null>(stored);
  for (const { holder, word, superseded } of words) {
    const name = edgeName({ holder: holder.id, member: word.member });
    const relation = holder.kind === 'group' ? ('member' as const) : ('manager' as const);
    const context = { holder: holder.id, relation, runId: place.runId };
    const folded = superseded ? null : foldEdge(now.get(name) ?? undefined, word, context);
    if (folded !== undefined && (folded || now.has(name))) now.set(name, folded);
  }
  return [...now].flatMap(([name, edge]): LaneWrite[] => {
    const from = stored.get(name);
    if (edge === null) return from ? [edgeDrop(from)] : [];
    return edge === from ? [] : [edgeWrite(from, edge)];
  });
}

async function storedEdges(
  needs: Needs,
  place: Place,
  words: readonly { holder: Item; word: EdgeWord }[],
): Promise<Map<string, Edge>> {
  const byHolder = Map.groupBy(words, ({ holder }) => holder.id);
  const found = await Promise.all(
    [...byHolder].map(([holder, some]) =>
      needs.lanes.edges(
        place.lane,
        some.map(({ word }) => ({ holder, member: word.member })),
      ),
    ),
  );
  return new Map(found.flatMap((edges) => [...edges]));
}
