import type { Entry } from './entry.ts';
import type { Agreed, DirtyReason, Half, Link } from './link.ts';
import { DEFAULT_MAPPINGS, type MappingSet, map, missingAttributes } from './mapping.ts';
import { isEmpty, type Merge, mergeImport, sameHalf } from './merge.ts';

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
 */
export function reconcile(link: Link, rules: Rules): Decision {
  if (link.seen.removed) return reconcileRemoval(link, link.seen.removed);
  const set = rules.mappings[link.kind];
  const entra = map(link.kind, link.seen.properties, set);
  if (link.appId !== null) {
    const same = link.state === 'linked' && link.agreed && sameHalf(entra, link.agreed.entra);
    return same ? { do: 'nothing' } : { do: 'compare', appId: link.appId, entra };
  }
  const missing = missingAttributes(entra.attributes, set);
  if (missing.length === 0) return { do: 'create', entra };
  const detail = `nothing was said yet of ${missing.join(', ')}`;
  return { do: 'wait', reason: 'incomplete', detail };
}

function reconcileRemoval(link: Link, removed: 'changed' | 'deleted'): Decision {
  const isDone = link.state === 'gone' || (link.state === 'removed' && removed === 'changed');
  if (isDone) return { do: 'nothing' };
  // Nothing to take away, but a removal all the same: it is confirmed by id like any other.
  if (link.appId === null) return { do: 'remove', appId: null, how: 'delete' };
  const how = link.kind === 'group' || removed === 'deleted' ? 'delete' : 'deactivate';
  return { do: 'remove', appId: link.appId, how };
}

/** What a comparison with the application's entry comes to. */
export interface Settlement {
  /** Null where there is nothing to write. */
  readonly write: Merge | null;
  /** What both sides hold when it is done, but for what the application makes of it. */
  readonly entra: Half;
}

/**
 * Merges Entra's half with the application's entry as read now.
 * @param agreed null where the sides never met: adoption
 */
export function settle(entra: Half, app: Entry, agreed: Agreed | null): Settlement {
  const merge = mergeImport(entra, halfOf(app), agreed);
  return { write: isEmpty(merge) ? null : merge, entra };
}

/** An entry as one half of an agreement. */
export function halfOf(entry: Entry): Half {
  return { active: entry.active, attributes: { ...entry.attributes } };
}
