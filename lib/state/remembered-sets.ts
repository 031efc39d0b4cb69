import type { StoredSets } from '../ports/nesting.ts';

/** The sets that this process met last, each with the version under which they are stored. */
export interface RememberedSets {
  at(connectionId: string): StoredSets | undefined;
  keep(connectionId: string, stored: StoredSets): void;
  forget(connectionId: string): void;
}

/** An id is some hundred bytes of memory with all that points to it. */
const MOST_IDS = 200_000;

/** Also sets without ids take their place. */
const LEAST_WEIGHT = 100;

/** Keeps sets, of which those that were used longest ago are forgotten where they become too many. */
export function openRememberedSets(): RememberedSets {
  const remembered = new Map<string, { readonly stored: StoredSets; readonly weight: number }>();
  let total = 0;
  const forget = (connectionId: string) => {
    total -= remembered.get(connectionId)?.weight ?? 0;
    remembered.delete(connectionId);
  };
  const keep = (connectionId: string, stored: StoredSets) => {
    forget(connectionId);
    const weight = weightOf(stored);
    remembered.set(connectionId, { stored, weight });
    total += weight;
    for (const oldest of remembered.keys()) {
      if (total <= MOST_IDS) return;
      forget(oldest);
    }
  };
  return {
    at: (connectionId) => {
      const found = remembered.get(connectionId);
      if (found) keep(connectionId, found.stored);
      return found?.stored;
    },
    keep,
    forget,
  };
}

function weightOf({ sets, untold }: StoredSets): number {
  return LEAST_WEIGHT + untold.length + Object.values(sets).flat().length;
}
