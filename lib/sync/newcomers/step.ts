import { STALE_MILLISECONDS } from '../entra-values.ts';
import type { Entry, Properties } from '../entry.ts';
import type { Dirty, DirtyReason, Link } from '../link.ts';
import { objectIdIn } from '../pushed.ts';
import type { Rules } from '../rules/rules.ts';
import { draftOf, makesNewcomers } from './draft.ts';

/** What is to be done about an entry that Entra may not know. */
export type NewcomerStep =
  /** Nothing (any more). */
  | { readonly do: 'drop' }
  /** Perhaps it was made: look for it. What is not found is `unfound`. */
  | { readonly do: 'look'; readonly unfound: 'wait' | 'make' | 'drop' }
  /** It was made, and its id is known: the two are tied. */
  | { readonly do: 'tie'; readonly entraId: string }
  | { readonly do: 'make'; readonly properties: Properties }
  | { readonly do: 'fail'; readonly reason: DirtyReason; readonly detail: string };

/**
 * Decides from what the lane keeps of an entry, and from the entry as it is now. Nothing is made a
 * second time before every replica must know of the first.
 * @param entry undefined where the application has it no more
 */
export function newcomerStep(
  link: Link,
  entry: Entry | undefined,
  { connectionId, rules, now }: { connectionId: string; rules: Rules; now: number },
): NewcomerStep {
  if (link.seen.made !== undefined) return { do: 'tie', entraId: link.seen.made };
  const isBegun = Object.keys(link.seen.properties).length > 0;
  // Whose object it names only Entra knows: a client may have written that.
  const isNamed = objectIdIn(entry?.externalId) !== undefined;
  const isWanted = entry?.active === true && !isNamed && makesNewcomers(rules, entry.kind);
  if (isBegun && isOpen(link.dirty)) return lookFor(link, isWanted, now);
  if (!isWanted) return { do: 'drop' };
  if (entry.externalId !== undefined) {
    const detail = 'the entry carries an externalId that is no object id of Entra';
    return { do: 'fail', reason: 'entra-refused', detail };
  }
  const draft = draftOf(entry, connectionId, rules);
  if (!draft.ok) return { do: 'fail', reason: 'entra-refused', detail: draft.detail };
  return { do: 'make', properties: draft.properties };
}

/** Whoever is wanted no more is looked for as well: the request may have been carried out. */
function lookFor({ dirty }: Link, isWanted: boolean, now: number): NewcomerStep {
  const isSure = now - (dirty?.since ?? now) > STALE_MILLISECONDS;
  return { do: 'look', unfound: isSure ? (isWanted ? 'make' : 'drop') : 'wait' };
}

/** Whether nobody knows what came of the last try; every other reason is an answer of Entra. */
function isOpen(dirty: Dirty | null): boolean {
  return dirty === null || dirty.reason === 'newborn' || dirty.reason === 'unavailable';
}
