import type { Entry } from './entry.ts';
import type { Agreed, DirtyReason, Half, Link } from './link.ts';
import type { LossKind } from './losses.ts';
import { DEFAULT_MAPPINGS, type MappingSet, map, missingAttributes } from './mapping.ts';
import { type Merge, mergeImport, type Parts, sameHalf, takeApart } from './merge.ts';

/** How kinds map; part of a connection's rules. */
export interface Rules {
  readonly mappings: Readonly<Record<'user' | 'group', MappingSet>>;
}

export const DEFAULT_RULES: Rules = { mappings: DEFAULT_MAPPINGS };

/** What is to be done about a link, and why. */
export type Decision =
  | { readonly do: 'nothing' }
  /** The application has no entry: create one. */
  | { readonly do: 'create'; readonly entra: Half }
  /** The sides may differ: read the application's entry, then {@link settle}. */
  | { readonly do: 'compare'; readonly appId: string; readonly entra: Half }
  /** Entra removed the object; the run decides when. */
  | {
      readonly do: 'remove';
      /** Null where the application holds nothing of it any more: only edges are left. */
      readonly appId: string | null;
      readonly how: 'deactivate' | 'delete';
    }
  /** Not possible yet; the reason says what is missing. */
  | { readonly do: 'wait'; readonly reason: DirtyReason; readonly detail: string };

/**
 * Decides what a link needs from what is known of Entra's side alone. Soft deletion deactivates
 * users; groups know no inactive state in SCIM (RFC 7643 section 4.2), so they are deleted and made
 * anew when they return.
 * @param reassert compare even where Entra's side has not changed: the application's may have
 */
export function reconcile(link: Link, rules: Rules, reassert = false): Decision {
  if (link.seen.removed) return reconcileRemoval(link, link.seen.removed);
  const set = rules.mappings[link.kind];
  const entra = map(link.kind, link.seen.properties, set);
  const missing = missingAttributes(entra.attributes, set);
  if (missing.length > 0) {
    // Of an entry that is there as well: what it must have is never cleared.
    const detail = `Entra says nothing of ${missing.join(', ')}`;
    return { do: 'wait', reason: 'incomplete', detail };
  }
  if (link.appId === null) return { do: 'create', entra };
  const same = link.state === 'linked' && link.agreed && sameHalf(entra, link.agreed.entra);
  return same && !reassert ? { do: 'nothing' } : { do: 'compare', appId: link.appId, entra };
}

function reconcileRemoval(link: Link, removed: 'changed' | 'deleted'): Decision {
  const isDone = link.state === 'gone' || (link.state === 'removed' && removed === 'changed');
  if (isDone || link.kept) return { do: 'nothing' };
  // Nothing to take away, but a removal all the same: it is confirmed by id like any other.
  if (link.appId === null) return { do: 'remove', appId: null, how: 'delete' };
  const how = link.kind === 'group' || removed === 'deleted' ? 'delete' : 'deactivate';
  return { do: 'remove', appId: link.appId, how };
}

/** What a comparison with the application's entry comes to. */
export interface Settlement {
  /** To be written now; null where there is nothing. */
  readonly write: Merge | null;
  /** What is to be taken away, once the guard has allowed it. */
  readonly withheld: Merge | null;
}

/**
 * Merges Entra's half with the application's entry as read now.
 * @param agreed null where the sides never met: adoption
 */
export function settle(
  entra: Half,
  app: Entry,
  agreed: Agreed | null,
  how: { readonly reassert: boolean; readonly mayRemove: boolean },
): Settlement {
  const merge = mergeImport(entra, halfOf(app), agreed, how.reassert);
  const parts: Parts = takeApart(merge);
  if (parts.losses === null) return { write: parts.gains, withheld: null };
  return how.mayRemove
    ? { write: merge, withheld: null }
    : { write: parts.gains, withheld: parts.losses };
}

/** What the removal of an object, or of some of its values, counts as. */
export function lossOf(link: Pick<Link, 'kind'>, withheld: Merge | 'entry'): LossKind {
  if (withheld !== 'entry' && withheld.active === undefined) return 'attributes';
  return link.kind === 'user' ? 'users' : 'groups';
}

/** An entry as one half of an agreement. */
export function halfOf(entry: Entry): Half {
  return { active: entry.active, attributes: { ...entry.attributes } };
}
