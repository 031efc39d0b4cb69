import { measureFairness } from './fairness.ts';
import { named, type Tell } from './figures.ts';
import { measureImport } from './initial-import.ts';
import { measureResync } from './resync.ts';
import { measureIdleRound, measureOneChange } from './rounds.ts';
import { atSite, objectsOf } from './site.ts';

/** What an import, and what follows it, costs (docs/architecture.md, "Cost"). */
const SIZES = [
  { users: 1_000, groups: 100, memberships: 5_000, seconds: 60, isLast: false },
  { users: 5_000, groups: 500, memberships: 25_000, seconds: 150, isLast: false },
  { users: 20_000, groups: 2_000, memberships: 100_000, seconds: 600, isLast: true },
] as const;

type MeasuredSize = (typeof SIZES)[number];

const CONNECTION = 'bench';
/** Transactions that a resync without differences may cost for every user and group. */
const TABLES_AN_OBJECT = 0.5;

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
    // Its phases cost the same however few objects there are: what is promised holds for many.
    const tablesAnObject = size.isLast ? TABLES_AN_OBJECT : null;
    await measureResync(site, CONNECTION, { ...size, tablesAnObject }, named('resync', own));
    if (size.isLast) await measureFairness(site, CONNECTION, named('fairness', own));
    return cost.transactions / (objectsOf(size) + memberships);
  });
}
