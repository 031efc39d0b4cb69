import { measureFairness } from './fairness.ts';
import { named, type Tell } from './figures.ts';
import { measureImport } from './initial-import.ts';
import { measureResync } from './resync.ts';
import { measureIdleRound, measureOneChange } from './rounds.ts';
import { atSite, objectsOf } from './site.ts';

/** What an import, and what follows it, costs (docs/architecture.md, "Cost"). */
const SIZES = [
  { users: 1_000, groups: 100, memberships: 5_000, seconds: 60, fairness: false },
  { users: 5_000, groups: 500, memberships: 25_000, seconds: 150, fairness: false },
  { users: 20_000, groups: 2_000, memberships: 100_000, seconds: 600, fairness: true },
] as const;

type MeasuredSize = (typeof SIZES)[number];

const CONNECTION = 'bench';

/** Three sizes: the cost of an object must not grow with their number. */
export async function benchSizes(tell: Tell): Promise<void> {
  const perObject: number[] = [];
  for (const size of SIZES) perObject.push(await measureSize(size, tell));
  const [first = 1] = perObject;
  const growth = (perObject.at(-1) ?? 0) / first;
  tell({ name: 'import.growth', value: growth, unit: 'of the cost an object', budget: 1.1 });
}

/** @returns table transactions an object, memberships too */
async function measureSize(size: MeasuredSize, tell: Tell): Promise<number> {
  const { users, groups, memberships } = size;
  return atSite({ users, groups, memberships }, async (site) => {
    const own = named(`import.${users}`, tell);
    const cost = await measureImport(site, CONNECTION, size, own);
    await measureIdleRound(site, CONNECTION, own);
    await measureOneChange(site, CONNECTION, own);
    await measureResync(site, CONNECTION, size, named('resync', own));
    if (size.fairness) await measureFairness(site, CONNECTION, named('fairness', own));
    return cost.transactions / (objectsOf(size) + memberships);
  });
}
