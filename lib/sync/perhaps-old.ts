import { doubtfulIn, staleIn } from './entra-values.ts';
import type { Item } from './entry.ts';
import type { Link } from './link.ts';

/**
 * Whether an object is to be read again once no replica can lag any more: an item shows something of it
 * that may be from before our own write.
 * @param now milliseconds
 */
export function isPerhapsOld(
  { givenUp, seen }: Pick<Link, 'givenUp' | 'seen'>,
  { properties, removed }: Pick<Item, 'properties' | 'removed'>,
  now: number,
): boolean {
  // It was deleted just now; if it is there all the same, it was restored.
  if (givenUp === 'deleted' && !removed) return true;
  if (seen.sent === undefined) return false;
  // What was to be looked at while it was in the bin was not found there.
  if (seen.removed !== undefined && !removed) return true;
  const stale = Object.keys(staleIn(seen, properties, now));
  return stale.length > 0 || doubtfulIn(seen, properties, now).length > 0;
}
