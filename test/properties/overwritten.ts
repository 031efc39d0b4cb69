import type { Item, Json, Properties } from '../../lib/sync/entry.ts';

/** What a property was before it was written to. */
interface Before {
  /** When it was written last. */
  readonly at: number;
  /** What pages showed of it by then; absent = nothing of that. */
  readonly shown?: { readonly value: Json };
  /** All that was ever written over. */
  readonly all: ReadonlySet<Json>;
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
    for (const [name, value] of Object.entries(properties)) {
      const before = known.get(name);
      const shown = seen[name] === value ? { value } : before?.shown;
      const all = new Set<Json>([...(before?.all ?? []), value]);
      known.set(name, { at: this.#now(), ...(shown && { shown }), all });
    }
    this.#before.set(id, known);
  }

  /** Whether anything of an object was written so lately that a replica may not know of it. */
  lags(id: string): boolean {
    return [...this.#of(id).values()].some((before) => this.#isRecent(before));
  }

  /** An item as a replica that lags shows it: as pages have shown it before. */
  showOld(item: Item): Item {
    const old = [...this.#of(item.id)].flatMap(([name, before]): [string, Json][] =>
      before.shown && this.#isRecent(before) && name in item.properties
        ? [[name, before.shown.value]]
        : [],
    );
    return { ...item, properties: { ...item.properties, ...Object.fromEntries(old) } };
  }

  /** An item as a replica shows it that knows all: nothing in it was written over long ago. */
  show(item: Item, present: () => Properties): Item {
    const known = this.#of(item.id);
    const isOld = (name: string, value: Json) => {
      const before = known.get(name);
      return before !== undefined && !this.#isRecent(before) && before.all.has(value);
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

  #isRecent({ at }: Before): boolean {
    return this.#now() - at < this.#lag;
  }
}
