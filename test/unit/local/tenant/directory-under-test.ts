import type { DeltaItem } from '../../../../local/tenant/delta/delta-item.ts';
import { beginRound, type DeltaPage, readPage } from '../../../../local/tenant/delta/delta-page.ts';
import type { DeltaQuery } from '../../../../local/tenant/delta/delta-round.ts';
import { Directory } from '../../../../local/tenant/directory/directory.ts';
import { randomFrom } from '../../../../local/tenant/random.ts';

export interface DirectoryUnderTest {
  readonly directory: Directory;
  /** Seconds that the next changes take to show. */
  lagSeconds: number;
  /** Milliseconds. */
  now: number;
}

export function directoryUnderTest(): DirectoryUnderTest {
  const random = randomFrom(99);
  const under = { lagSeconds: 0, now: 1_790_000_000_000 };
  const directory = new Directory({
    now: () => under.now,
    lagSeconds: () => under.lagSeconds,
    newId: () => random.guid(),
  });
  return Object.assign(under, { directory });
}

export interface RoundRead {
  readonly pages: readonly DeltaPage[];
  readonly items: readonly DeltaItem[];
  /** Where the next round starts. */
  readonly until: number;
}

/** A whole round in pages of 3 objects and 2 members. */
export function readRound(
  directory: Directory,
  query: DeltaQuery & { readonly select: readonly string[] },
  since?: number,
): RoundRead {
  const pages: DeltaPage[] = [];
  const view = { page: { objects: 3, members: 2 }, minimal: false, tracked: query.select };
  const first = beginRound(directory, { query, since });
  let round: typeof first | undefined = first;
  while (round !== undefined) {
    const page: DeltaPage = readPage(directory, round, view);
    pages.push(page);
    round = page.next;
  }
  return { pages, items: pages.flatMap(({ items }) => items), until: first.until };
}
