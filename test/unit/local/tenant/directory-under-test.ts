import type { DeltaItem } from '../../../../local/tenant/delta/delta-item.ts';
import { beginRound, type DeltaPage, readPage } from '../../../../local/tenant/delta/delta-page.ts';
import type { DeltaQuery } from '../../../../local/tenant/delta/delta-round.ts';
import { Directory } from '../../../../local/tenant/directory/directory.ts';
import { newestReplica, type Replica } from '../../../../local/tenant/directory/replica.ts';
import { randomFrom } from '../../../../local/tenant/random.ts';

export interface DirectoryUnderTest {
  readonly directory: Directory;
  /** Seconds that the next changes take to show. */
  lagSeconds: number;
  /** Milliseconds. */
  now: number;
  /** Whether earlier versions are kept for replicas that lag. */
  replicasDiffer: boolean;
}

export function directoryUnderTest(): DirectoryUnderTest {
  const random = randomFrom(99);
  const under = { lagSeconds: 0, now: 1_790_000_000_000, replicasDiffer: false };
  const directory = new Directory({
    now: () => under.now,
    lagSeconds: () => under.lagSeconds,
    newId: () => random.guid(),
    replicasDiffer: () => under.replicasDiffer,
  });
  return Object.assign(under, { directory });
}

export interface RoundRead {
  readonly pages: readonly DeltaPage[];
  readonly items: readonly DeltaItem[];
  /** Where the next round starts. */
  readonly until: number;
}

/** Who answers a request that was promised everything up to a sequence. */
export type Answering = (promised: number) => Replica;

/** A whole round in pages of 3 objects and 2 members. */
export function readRound(
  directory: Directory,
  {
    query,
    since,
  }: { query: DeltaQuery & { readonly select: readonly string[] }; since?: number | undefined },
  answering: Answering = () => newestReplica(directory.feed),
): RoundRead {
  const pages: DeltaPage[] = [];
  const view = { page: { objects: 3, members: 2 }, minimal: false, tracked: query.select };
  const first = beginRound(directory, { query, since }, answering(since ?? 0).sequence);
  let round: typeof first | undefined = first;
  while (round !== undefined) {
    const page: DeltaPage = readPage(directory, round, {
      ...view,
      replica: answering(round.until),
    });
    pages.push(page);
    round = page.next;
  }
  return { pages, items: pages.flatMap(({ items }) => items), until: first.until };
}
