import { type Cost, costOf } from './cost.ts';
import { named, type Tell } from './figures.ts';
import { endedRun, objectsOf, type Site, type Size } from './site.ts';
import { peakMemory } from './worker-memory.ts';

/** Token aside, a full run asks Graph for nothing but its delta pages. */
export const HANDFUL = 5;

/**
 * Imports a tenant into an application that is empty.
 * @param size with the seconds that it may take; null = it takes the time it takes
 * @returns what it cost
 */
export async function measureImport(
  site: Site,
  connectionId: string,
  size: Size & { readonly seconds: number | null },
  tell: Tell,
): Promise<Cost> {
  const plan = await measurePreview(site, connectionId, size, named('preview', tell));
  let seconds = 0;
  const cost = await costOf(site, async () => {
    await site.switchOn(connectionId, plan);
    ({ seconds } = await endedRun(site, connectionId));
  });
  const budget = objectsOf(size) + 0.4 * size.memberships + 500;
  tell({ name: 'seconds', value: seconds, unit: 's', budget: size.seconds });
  tell({ name: 'graph.pages', value: cost.deltaPages, unit: 'requests', budget: null });
  const others = cost.graphRequests - cost.deltaPages;
  tell({ name: 'graph.others', value: others, unit: 'requests', budget: HANDFUL });
  tell({ name: 'bus.messages', value: cost.messages, unit: 'messages', budget: null });
  tell({ name: 'tables', value: cost.transactions, unit: 'transactions', budget });
  tell(await peakMemory(site));
  return cost;
}

/** What the plan costs that precedes it. @returns its id */
async function measurePreview(
  site: Site,
  connectionId: string,
  size: Size,
  tell: Tell,
): Promise<string> {
  const begun = Date.now();
  let plan = '';
  const cost = await costOf(site, async () => {
    plan = await site.prepare(connectionId);
  });
  const seconds = (Date.now() - begun) / 1_000;
  tell({ name: 'seconds', value: seconds, unit: 's', budget: null });
  tell({ name: 'graph', value: cost.graphRequests, unit: 'requests', budget: null });
  const budget = 0.1 * objectsOf(size) + 50;
  tell({ name: 'tables', value: cost.transactions, unit: 'transactions', budget });
  return plan;
}
