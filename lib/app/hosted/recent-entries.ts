import { putLast } from '../../sync/put-last.ts';
import { entryKey } from './keys.ts';
import type { StoredEntry } from './stored-entry.ts';

/**
 * The entries that were read or written last, so that an update needs no reading of its own to know
 * which claims it moves. A version that is still the row's own has exactly these values.
 */
export interface RecentEntries {
  /** Undefined unless the entry is known at just this version. */
  at(kind: StoredEntry['kind'], id: string, version: string): StoredEntry | undefined;
  keep(entry: StoredEntry): void;
}

const MOST_ENTRIES = 1_000;

/** Long resources are read again rather than kept, so that the memory stays small. */
const MOST_CHARACTERS = 20_000;

export function openRecentEntries(): RecentEntries {
  const entries = new Map<string, StoredEntry>();
  return {
    at: (kind, id, version) => {
      const entry = entries.get(entryKey(kind, id));
      return entry?.version === version ? entry : undefined;
    },
    keep: (entry) => {
      const key = entryKey(entry.kind, entry.id);
      if (isSmall(entry)) putLast(entries, { key, value: entry, most: MOST_ENTRIES });
      else entries.delete(key);
    },
  };
}

function isSmall({ resource }: StoredEntry): boolean {
  return JSON.stringify(resource).length <= MOST_CHARACTERS;
}
