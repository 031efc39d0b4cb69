import {
  type DirectoryObject,
  isLive,
  type MemberLink,
  type ObjectKind,
  type ObjectState,
} from './directory-object.ts';
import { Past } from './past.ts';

/** An object that changed, in the order in which replicas came to show it. */
export interface FeedEntry {
  readonly sequence: number;
  /** Sequence of the same object's change before this one: tells the first of a window apart. */
  readonly previous: number;
  readonly object: DirectoryObject;
}

/** A new version of an object; `before` is undefined when it was created. */
export interface StateChange {
  readonly object: DirectoryObject;
  readonly before: ObjectState | undefined;
  readonly after: ObjectState;
}

/** A member that joined or left; `object` is the group. */
export interface LinkChange {
  readonly object: DirectoryObject;
  readonly link: MemberLink;
  readonly present: boolean;
}

interface Pending {
  readonly visibleAt: number;
  readonly change: StateChange | LinkChange;
}

/** Index of the first entry whose sequence is above `sequence`. */
export function firstAfter(entries: readonly { sequence: number }[], sequence: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The ordered log of what replicas show. A change enters it at once, or after its delay: Graph
 * gives no figure for the time between a write and its showing (Graph docs: delta query overview,
 * "replication delays"). Changes of different objects may overtake each other, those of one
 * object never do.
 */
export class ChangeFeed {
  readonly past: Past;
  #sequence = 0;
  #pending: Pending[] = [];
  readonly #logs: Record<ObjectKind, FeedEntry[]> = { user: [], group: [], device: [] };

  /** `keepsVersions` says whether some replicas may have to show how objects were. */
  constructor(keepsVersions: () => boolean) {
    this.past = new Past(keepsVersions);
  }

  /** Sequence of the newest change that is visible. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The visible changes of one kind of object, oldest first. */
  log(kind: ObjectKind): readonly FeedEntry[] {
    return this.#logs[kind];
  }

  /** Takes a change in, to become visible at `visibleAt`; times are in milliseconds. */
  record(change: StateChange | LinkChange, now: number, visibleAt: number): void {
    const { object } = change;
    const due = Math.max(visibleAt, object.pendingUntil);
    if (due <= now && object.pending === 0) {
      this.#publish({ visibleAt: now, change });
      return;
    }
    if (object.replica === undefined) {
      const shown = 'after' in change ? change.before : object.state;
      object.replica = shown ?? null;
    }
    object.pending += 1;
    object.pendingUntil = due;
    this.#enqueue({ visibleAt: due, change });
  }

  /** Makes visible whatever is due at `now`. */
  settle(now: number): void {
    if ((this.#pending[0]?.visibleAt ?? Number.POSITIVE_INFINITY) > now) return;
    let due = 0;
    while ((this.#pending[due]?.visibleAt ?? Number.POSITIVE_INFINITY) <= now) due += 1;
    for (const pending of this.#pending.splice(0, due)) {
      const { change } = pending;
      const { object } = change;
      object.pending -= 1;
      if ('after' in change) object.replica = change.after;
      if (object.pending === 0) object.replica = undefined;
      this.#publish(pending);
    }
  }

  #enqueue(pending: Pending): void {
    let place = this.#pending.length;
    while (place > 0 && (this.#pending[place - 1]?.visibleAt ?? 0) > pending.visibleAt) place -= 1;
    this.#pending.splice(place, 0, pending);
  }

  #publish({ change, visibleAt }: Pending): void {
    const { object } = change;
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.past.pass(sequence, visibleAt);
    if ('after' in change) this.#publishState(change);
    else markLink(change, sequence);
    this.#logs[object.kind].push({ sequence, previous: object.marks.last, object });
    object.marks.last = sequence;
  }

  #publishState(change: StateChange): void {
    const { object, before, after } = change;
    markState(change, this.#sequence);
    this.past.supersede(object, { sequence: this.#sequence, before });
    if (isLive(before) && !isLive(after)) this.past.depart(object, before);
  }
}

function markLink({ object, link, present }: LinkChange, sequence: number): void {
  object.membership?.history.push({ sequence, previous: link.last, link });
  link.visible = present;
  link.last = sequence;
}

function markState({ object, before, after }: StateChange, sequence: number): void {
  const { marks } = object;
  const gone = after.purged === true || after.deletedAt !== undefined;
  if (before === undefined || (before.deletedAt !== undefined && !gone)) marks.born = sequence;
  if (gone && (before?.deletedAt !== after.deletedAt || after.purged === true)) {
    marks.gone = sequence;
  }
  if (before === undefined) return;
  for (const name of Object.keys(after.properties)) {
    if (before.properties[name] === after.properties[name]) continue;
    marks.properties ??= new Map();
    marks.properties.set(name, sequence);
  }
  if (before.managerId !== after.managerId) {
    marks.managers ??= [];
    marks.managers.push({ sequence, before: before.managerId });
  }
}
