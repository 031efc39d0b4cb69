import { doubtfulIn, staleIn, withDoubts } from './entra-values.ts';
import type { Item, Kind } from './entry.ts';
import type { Link, Seen } from './link.ts';

/**
 * Folds what Entra says of an object into its link. Folding the same item twice changes nothing.
 *
 * | link's `removed` | item | then |
 * | --- | --- | --- |
 * | any | @removed | the stronger reason stays: `deleted` over `changed` |
 * | none | plain | properties merge: absent = no information, null = cleared |
 * | set | plain, proven alive | `removed` goes, properties merge |
 * | set | plain, not proven | nothing: deltas replay old items (Graph docs: delta query overview) |
 *
 * A property that shows what it was before our own write of a few minutes ago is older than that
 * write, and so is all that was shown before it: it holds what was sent.
 *
 * @param link undefined where none is known yet
 * @param context.runId the run that showed the item
 * @param context.alive whether a read by id found the object; only asked for where
 *   {@link needsProof} says so
 * @param context.now milliseconds since 1970
 * @returns the link to go on with; the very same one where nothing changed; undefined where there
 *   is nothing to keep (a removal of something never seen)
 */
export function fold(
  link: Link | undefined,
  item: Item,
  context: { runId: string; alive: boolean; now: number },
): Link | undefined {
  if (!link && item.removed) return undefined;
  const known = link ?? newLink(item.kind, item.id, context.runId);
  if (!item.removed && known.seen.removed && !context.alive) return link;
  if (item.removed) return foldRemoval(known, item.removed);
  const seen = foldPlain(known.seen, item, context.now);
  // What was deleted in Entra, and is found there by its id long after, was restored.
  const isRestored = known.givenUp === 'deleted' && context.alive;
  const returns = known.seen.removed !== undefined || isRestored;
  if (seen === known.seen && known === link && !returns) return link;
  // Who is back loses nothing any more, and is compared anew whatever else was wrong.
  const verdict = returns
    ? {
        kept: false,
        graceUntil: null,
        // A removal that was none has kept a wish of the application waiting.
        givenUp: known.givenUp === 'waits' ? known.givenUp : null,
        dirty: known.dirty?.loss ? null : known.dirty,
      }
    : {};
  return { ...known, ...verdict, seen, sighted: context.runId };
}

/** Whether a plain item contradicts removal evidence, so that the object must be asked for by id. */
export function needsProof(link: Link | undefined, item: Item): boolean {
  return link?.seen.removed !== undefined && item.removed === undefined;
}

/** A link of which nothing is known yet. @param runId the run that has shown it; empty where none has */
export function newLink(kind: Kind, entraId: string, runId: string): Link {
  return {
    kind,
    entraId,
    appId: null,
    state: 'unlinked',
    seen: { properties: {} },
    agreed: null,
    dirty: null,
    wakeDue: null,
    sighted: runId,
    kept: false,
    graceUntil: null,
    unmet: false,
    switching: false,
    givenUp: null,
  };
}

/** A link of what was removed before anything was known of it; it is kept only where it is shown again. */
export function removedLink(
  { kind, id }: Pick<Item, 'kind' | 'id'>,
  removed: 'changed' | 'deleted',
): Link {
  return foldRemoval({ ...newLink(kind, id, ''), state: 'removed' }, removed);
}

/**
 * Notes that an object is gone; the stronger reason stays. Whoever was kept in the application while
 * Entra still had them is decided on anew.
 */
export function foldRemoval(link: Link, removed: 'changed' | 'deleted'): Link {
  const known = link.seen.removed;
  const reason = known === 'deleted' ? 'deleted' : removed;
  if (reason === known) return link;
  const kept = link.kept && known !== undefined;
  return { ...link, kept, seen: { ...link.seen, removed: reason } };
}

function foldPlain(seen: Seen, item: Item, now: number): Seen {
  const doubts = doubtfulIn(seen, item.properties, now);
  const { removed, ...rest } = withDoubts(seen, item.properties, doubts);
  const stale = staleIn(seen, item.properties, now);
  const shown = Object.entries({ ...item.properties, ...stale });
  const changes = shown.filter(([name, value]) => !sameJson(seen.properties[name], value));
  const managerChanged = item.manager !== undefined && item.manager !== seen.manager;
  if (changes.length === 0 && !managerChanged && removed === undefined) return seen;
  return {
    ...rest,
    properties: { ...seen.properties, ...Object.fromEntries(changes) },
    ...(item.manager !== undefined && { manager: item.manager }),
  };
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
