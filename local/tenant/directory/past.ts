import type { DirectoryObject, ObjectState } from './directory-object.ts';

/** A version that gave way to another one; `before` is undefined where there was none. */
interface Superseded {
  /** Sequence of the change that replaced it. */
  readonly sequence: number;
  readonly before: ObjectState | undefined;
}

/** Objects whose last version is kept after they are gone. */
const MOST_DEPARTED = 1000;

/**
 * What was: for replicas that lag behind, the versions that changes replaced, and for replays the
 * last version of objects that are gone. Versions are only kept while somebody lags.
 */
export class Past {
  readonly #lags: () => boolean;
  #times: { readonly sequence: number; readonly at: number }[] = [];
  readonly #versions = new Map<DirectoryObject, Superseded[]>();
  readonly #departed = new Map<DirectoryObject, ObjectState>();

  /** `lags` says whether versions are to be kept. */
  constructor(lags: () => boolean) {
    this.#lags = lags;
  }

  /** A change became visible; `at` in milliseconds. */
  pass(sequence: number, at: number): void {
    if (this.#lags()) {
      this.#times.push({ sequence, at });
      return;
    }
    this.#times = [];
    this.#versions.clear();
  }

  /** A version was replaced by the change with this sequence. */
  supersede(object: DirectoryObject, version: Superseded): void {
    if (!this.#lags()) return;
    const versions = this.#versions.get(object);
    if (versions === undefined) this.#versions.set(object, [version]);
    else versions.push(version);
  }

  /** Sequence of the newest change that was visible at that time; undefined = all of them. */
  sequenceAt(at: number): number | undefined {
    const first = this.#times.findIndex((entry) => entry.at > at);
    const next = this.#times[first];
    return next === undefined ? undefined : next.sequence - 1;
  }

  /** The version as of a sequence, where it is another than the one of now. */
  versionAt(object: DirectoryObject, sequence: number): Superseded | undefined {
    return this.#versions.get(object)?.find((version) => version.sequence > sequence);
  }

  /** The object left; `last` is how it was while it was there. */
  depart(object: DirectoryObject, last: ObjectState): void {
    this.#departed.delete(object);
    this.#departed.set(object, last);
    const [oldest] = this.#departed.keys();
    if (oldest !== undefined && this.#departed.size > MOST_DEPARTED) this.#departed.delete(oldest);
  }

  /** Objects that left, longest gone first, with their last version; some may be back. */
  departed(): ReadonlyMap<DirectoryObject, ObjectState> {
    return this.#departed;
  }
}
