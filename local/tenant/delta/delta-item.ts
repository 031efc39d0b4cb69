import {
  type DirectoryObject,
  isLive,
  type Json,
  type ObjectState,
} from '../directory/directory-object.ts';
import type { Replica } from '../directory/replica.ts';

/** What of an object a client wants and already has. */
export interface ItemView {
  /** Tracked properties, without relationships. */
  readonly properties: readonly string[];
  /** The tracked relationship: `manager` of users, `members` of groups. */
  readonly relationship: boolean;
  /** Undefined in the initial round. */
  readonly since: number | undefined;
  /** `Prefer: return=minimal`: only what changed. */
  readonly minimal: boolean;
  /** Whose state of things is shown. */
  readonly replica: Replica;
}

/** A related object in `members@delta` or `manager@delta`. */
export interface RelatedItem {
  readonly '@odata.type': string;
  readonly id: string;
  readonly '@removed'?: { readonly reason: 'deleted' };
}

/** An object as one page of a delta shows it. */
export type DeltaItem = { readonly id: string } & {
  readonly [name: string]: Json | readonly RelatedItem[];
};

/** A related object; a removed one always says `deleted`, even where it lives on elsewhere. */
export function relatedItem(target: { kind: string; id: string }, present: boolean): RelatedItem {
  const item = { '@odata.type': `#microsoft.graph.${target.kind}`, id: target.id };
  return present ? item : { ...item, '@removed': { reason: 'deleted' } };
}

/** Whether the object is new to somebody who knows everything up to `since`. */
export function isNewTo(object: DirectoryObject, since: number | undefined): boolean {
  return since === undefined || object.marks.born > since;
}

/** The removal item, where the object is gone and the client does not know it yet. */
export function removalOf(
  object: DirectoryObject,
  { since, replica }: ItemView,
): DeltaItem | undefined {
  const state = replica.stateOf(object);
  const purged = state?.purged === true;
  if (state === undefined || (state.deletedAt === undefined && !purged)) return undefined;
  if (object.marks.gone <= (since ?? -1)) return undefined;
  // Purged objects were normally never seen by an initial round; soft-deleted ones may show.
  if (since === undefined && purged) return undefined;
  return { id: object.id, '@removed': { reason: purged ? 'deleted' : 'changed' } };
}

/** The object's own properties, or undefined where none of the tracked ones changed. */
export function propertiesOf(
  object: DirectoryObject,
  view: ItemView,
): Record<string, Json> | undefined {
  const state = view.replica.stateOf(object);
  if (!isLive(state)) return undefined;
  if (isNewTo(object, view.since)) return picked(state, view.properties);
  const since = view.since ?? 0;
  const changed = view.properties.filter(
    (name) => (object.marks.properties?.get(name) ?? 0) > since,
  );
  if (changed.length === 0) return undefined;
  return picked(state, view.minimal ? changed : view.properties);
}

/** What the item holds beside relationships when only those changed. */
export function unchangedProperties(object: DirectoryObject, view: ItemView): Record<string, Json> {
  const state = view.replica.stateOf(object);
  return view.minimal || state === undefined ? {} : picked(state, view.properties);
}

/** A property that was never set is left out; one that was cleared is null. */
function picked(state: ObjectState, names: readonly string[]): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const name of names) {
    const value = state.properties[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/**
 * `manager@delta`: an array although there is one manager at most. A change shows the old one
 * removed and the new one added (Microsoft API guidelines: change tracking of links).
 */
export function managerItems(object: DirectoryObject, view: ItemView): readonly RelatedItem[] {
  const present = view.replica.stateOf(object)?.managerId;
  const current = present === undefined ? [] : [relatedItem({ kind: 'user', id: present }, true)];
  const { since } = view;
  if (since === undefined) return current;
  const first = object.marks.managers?.find(({ sequence }) => sequence > since);
  if (first === undefined) return isNewTo(object, since) ? current : [];
  if (first.before === undefined || first.before === present) return current;
  return [relatedItem({ kind: 'user', id: first.before }, false), ...current];
}
