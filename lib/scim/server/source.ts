import type { StoredResource } from '../../ports/resources.ts';
import type { Kind } from '../../sync/entry.ts';
import type { Provider } from './exchange.ts';

/** Of some resources those that a filter lets pass, in their order. */
export type Matches = (
  some: readonly StoredResource[],
) => Promise<readonly StoredResource[]> | readonly StoredResource[];

/** Where a listing of one kind comes from, in the order of the ids. */
export interface Source {
  readonly kind: Kind;
  /** Whether everything that is looked at belongs to the listing. */
  readonly isWhole: boolean;
  /** How many there are to look at. */
  size(): Promise<number>;
  /** What comes after an id, in pages. */
  pages(after: string | undefined, size: number): AsyncGenerator<SourcePage>;
}

export interface SourcePage {
  readonly matches: readonly StoredResource[];
  /** How many were looked at. */
  readonly read: number;
  /** Where the next page begins; undefined after the last. */
  readonly after: string | undefined;
}

/** Everything of a kind, or what of it a filter lets pass. */
export function everything({ store }: Provider, kind: Kind, matches?: Matches): Source {
  return {
    kind,
    isWhole: matches === undefined,
    size: () => store.count(kind),
    pages: async function* (from, size) {
      let after = from;
      do {
        const { resources, next } = await store.list(kind, after, size);
        after = next;
        yield {
          matches: matches ? await matches(resources) : resources,
          read: resources.length,
          after,
        };
      } while (after !== undefined);
    },
  };
}

/** What a filter lets pass of resources whose ids are known; not all of them need to be there. */
export function named(
  { store }: Provider,
  kind: Kind,
  { ids, matches }: { readonly ids: Iterable<string>; readonly matches: Matches },
): Source {
  const sorted = [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
  return {
    kind,
    isWhole: false,
    size: async () => sorted.length,
    pages: async function* (from, size) {
      let rest = from === undefined ? sorted : sorted.filter((id) => id > from);
      do {
        const chunk = rest.slice(0, size);
        rest = rest.slice(size);
        const found = await store.read(kind, chunk);
        const present = chunk.flatMap((id) => found.get(id) ?? []);
        const after = rest.length > 0 ? chunk.at(-1) : undefined;
        yield { matches: await matches(present), read: chunk.length, after };
      } while (rest.length > 0);
    },
  };
}

/** What a filter lets pass of resources that are read already. */
export function found(kind: Kind, resources: readonly StoredResource[], matches: Matches): Source {
  const sorted = [...resources].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    kind,
    isWhole: false,
    size: async () => sorted.length,
    pages: async function* (from) {
      const rest = from === undefined ? sorted : sorted.filter(({ id }) => id > from);
      yield { matches: await matches(rest), read: 0, after: undefined };
    },
  };
}
