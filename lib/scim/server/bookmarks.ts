import type { Kind } from '../../sync/entry.ts';
import { putLast } from '../../sync/put-last.ts';

/**
 * Where pages asked for by index begin. A table has no offset, so that a page has to be counted up
 * to from the first entry; who asks for one page after the other goes on where the last one ended.
 */
export interface Bookmarks {
  /** The last known place at or before an index, and the id of the entry before it. */
  nearest(kind: Kind, index: number): Place;
  keep(kind: Kind, place: Place): void;
}

/** So many entries stand before it, the last of them being `after`. */
export interface Place {
  readonly index: number;
  readonly after: string | undefined;
}

const MOST = 1_000;

/** Entries come and go, and places move with them: they are not remembered for long. */
const LIFE_MS = 10 * 60_000;

const BEGINNING: Place = { index: 0, after: undefined };

/** @param now milliseconds since 1970 */
export function openBookmarks(now: () => number): Bookmarks {
  const places: Record<Kind, Map<number, Place & { readonly until: number }>> = {
    user: new Map(),
    group: new Map(),
  };
  return {
    nearest: (kind, index) => {
      let best = BEGINNING;
      for (const place of places[kind].values())
        if (place.index <= index && place.index > best.index && place.until > now()) best = place;
      return best;
    },
    keep: (kind, place) => {
      const value = { ...place, until: now() + LIFE_MS };
      putLast(places[kind], { key: place.index, value, most: MOST });
    },
  };
}
