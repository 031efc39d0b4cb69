import { applicationEtags, rowsWritten } from './application-etags.ts';
import { costOf } from './cost.ts';
import type { Tell } from './figures.ts';
import { HANDFUL } from './initial-import.ts';
import { endedRun, objectsOf, type Site, type Size } from './site.ts';
import { peakMemory } from './worker-memory.ts';

/**
 * A full run over two sides that are in step: everything is read, and nothing is written to them.
 * @param size with the table transactions that a user or group may cost; null = nothing is promised
 */
export async function measureResync(
  site: Site,
  connectionId: string,
  size: Size & { readonly tablesAnObject: number | null },
  tell: Tell,
): Promise<void> {
  const tables = site.azure.tableConnectionString;
  const before = await applicationEtags(tables);
  let seconds = 0;
  const cost = await costOf(site, async () => {
    const runId = await site.ask(connectionId, 'resync');
    ({ seconds } = await endedRun(site, connectionId, ({ id }) => id === runId));
  });
  const written = rowsWritten(before, await applicationEtags(tables));
  const others = cost.graphRequests - cost.deltaPages;
  const objects = objectsOf(size);
  const perObject = cost.transactions / objects;
  const perRow = cost.transactions / (objects + size.memberships);
  tell({ name: 'seconds', value: seconds, unit: 's', budget: null });
  tell({ name: 'graph.pages', value: cost.deltaPages, unit: 'requests', budget: null });
  tell({ name: 'graph.others', value: others, unit: 'requests', budget: HANDFUL });
  tell({ name: 'graph.writes', value: cost.graphWrites, unit: 'requests', budget: 0 });
  tell({ name: 'application.writes', value: written, unit: `of ${before.size} rows`, budget: 0 });
  tell({ name: 'bus.messages', value: cost.messages, unit: 'messages', budget: null });
  tell({
    name: 'tables',
    value: perObject,
    unit: 'transactions a user or group',
    budget: size.tablesAnObject,
  });
  tell({ name: 'tables.all', value: perRow, unit: 'transactions, memberships too', budget: null });
  tell(await peakMemory(site));
}
