import { STALE_MILLISECONDS } from './entra-values.ts';
import type { Item } from './entry.ts';
import type { Seen } from './link.ts';

/** Under which name what was written of a manager stands among the properties that were written. */
const MANAGER = 'manager';

/** What is known of a user once the manager is written: what was sent counts until the delta shows it. */
export function withSentManager(seen: Seen, manager: string | null, now: number): Seen {
  const known = seen.sent?.[MANAGER];
  const recent = known && isRecent(known.at, now) ? known.before : [];
  const before = [...recent, seen.manager ?? null].slice(-MOST_BEFORE);
  return {
    ...seen,
    manager,
    sent: { ...seen.sent, [MANAGER]: { value: manager, before, at: now } },
  };
}

/** How many managers from before are told apart. */
const MOST_BEFORE = 5;

function isRecent(at: number, now: number): boolean {
  return now < at + STALE_MILLISECONDS;
}

/** An item as far as its word on the manager can be believed, and whether it is to be looked at later. */
export interface BelievedItem {
  readonly item: Item;
  readonly isDoubtful: boolean;
}

/**
 * What an item says of a manager so soon after our own write may be from before it: the manager from
 * before is left out. Another one counts, and is looked at later: somebody may have set it just before.
 */
export function believedManager(seen: Seen | undefined, item: Item, now: number): BelievedItem {
  const sent = seen?.sent?.[MANAGER];
  const { manager, ...rest } = item;
  const isSure = !sent || !isRecent(sent.at, now) || manager === sent.value;
  if (manager === undefined || isSure) return { item, isDoubtful: false };
  return { item: sent.before.includes(manager) ? rest : item, isDoubtful: true };
}

/** The link's memory of a manager that was shown and may be older than what was sent. */
export function withDoubtedManager(seen: Seen, manager: string | null): Seen {
  const sent = seen.sent?.[MANAGER];
  return sent ? { ...seen, sent: { ...seen.sent, [MANAGER]: { ...sent, doubt: manager } } } : seen;
}

/**
 * Of a read by id: the manager, where the one that is known is still as it was sent, or as it was
 * doubted. What the delta has shown since is younger. One that is known already is said again: whoever
 * has noted it may have died before giving it.
 */
export function managerInDoubt(
  { sent, manager: known = null }: Seen,
  { manager }: Pick<Item, 'manager'>,
): Pick<Item, 'manager'> {
  const own = sent?.[MANAGER];
  if (!own || manager === undefined) return {};
  return [own.value, own.doubt, manager].includes(known) ? { manager } : {};
}
