import type { Item, Json, Properties } from '../../lib/sync/entry.ts';

/** What a property was before it was written to. */
interface Before {
  /** When it was written last. */
  readonly at: number;
  /** What pages showed of it by then, and when that was first written over; absent = nothing of that. */
  readonly shown?: { readonly value: Json; readonly until: number };
  /** All that was ever written over, each with when it was last. */
  readonly all: ReadonlyMap<Json, number>;
}

/** What the sync has written over in a tenant whose replicas lag for a while. */
export class Overwritten {
  readonly #before = new Map<string, ReadonlyMap<string, Before>>();
  /** What pages have shown of each object. */
  readonly #seen = new Map<string, Properties>();
  readonly #now: () => number;
  readonly #lag: number;

  /** @param lag for how many milliseconds a page may show what was there before a write */
  constructor(now: () => number, lag: number) {
    this.#now = now;
    this.#lag = lag;
  }

  /** Notes what is about to be written over. What pages have not shown of it is told in its order, however late. */
  note(id: string, properties: Properties): void {
    const seen = this.#seen.get(id) ?? {};
    const known = new Map(this.#before.get(id));
    const at = this.#now();
    for (const [name, value] of Object.entries(properties)) {
      const before = known.get(name);
      const shown = seen[name] === value ? { value, until: at } : before?.shown;
      const all = new Map([...(before?.all ?? []), [value, at] as const]);
      known.set(name, { at, ...(shown && { shown }), all });
    }
    this.#before.set(id, known);
  }

  /** Whether anything of an object was written so lately that a replica may not know of it. */
  lags(id: string): boolean {
    return [...this.#of(id).values()].some(({ at }) => this.#isRecent(at));
  }

  /** An item as a replica that lags shows it: as pages have shown it before. */
  showOld(item: Item, present: () => Properties): Item {
    const known = this.#of(item.id);
    const old: Record<string, Json> = {};
    const others: Record<string, Json> = {};
    for (const [name, value] of Object.entries(item.properties)) {
      const shown = known.get(name)?.shown;
      if (shown && this.#isRecent(shown.until)) old[name] = shown.value;
      else others[name] = value;
    }
    const { properties } = this.show({ ...item, properties: others }, present);
    return { ...item, properties: { ...properties, ...old } };
  }

  /** An item as a replica shows it that knows all: nothing in it was written over long ago. */
  show(item: Item, present: () => Properties): Item {
    const known = this.#of(item.id);
    const isOld = (name: string, value: Json) => {
      const until = known.get(name)?.all.get(value);
      return until !== undefined && !this.#isRecent(until);
    };
    const shown = Object.entries(item.properties).map(([name, value]): [string, Json] => [
      name,
      isOld(name, value) ? (present()[name] ?? null) : value,
    ]);
    const properties = Object.fromEntries(shown);
    this.#seen.set(item.id, { ...this.#seen.get(item.id), ...properties });
    return { ...item, properties };
  }

  #of(id: string): ReadonlyMap<string, Before> {
    return this.#before.get(id) ?? new Map<string, Before>();
  }

  #isRecent(at: number): boolean {
    return this.#now() - at < this.#lag;
  }
}
