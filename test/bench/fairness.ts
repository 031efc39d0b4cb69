import { setTimeout as wait } from 'node:timers/promises';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import { openTables } from '../../lib/azure/tables.ts';
import { isEnded } from '../../lib/sync/run.ts';
import type { Tell } from './figures.ts';
import { endedRun, type Site, until } from './site.ts';
import { someUsers } from './some-users.ts';

const NEWCOMER = 'newcomer';
/** A change of one connection may be held up by another one's import for so long. */
const BUDGET_SECONDS = 10;
const PAUSE_MS = 2_000;
const LOOK_EVERY_MS = 50;

/**
 * While another connection imports the whole tenant on the same workers, single users change: how
 * long it takes from the change, and the asking for a poll, until the application holds it.
 * @param connectionId one that is in step
 */
export async function measureFairness(site: Site, connectionId: string, tell: Tell): Promise<void> {
  const users = await appIdsOf(site, connectionId, await someUsers(site));
  await site.connect(NEWCOMER);
  const isOver = async () => {
    const { run } = await site.state(NEWCOMER);
    return run !== null && isEnded(run);
  };
  const seconds: number[] = [];
  while (!(await isOver())) {
    const user = users[seconds.length % users.length];
    if (!user) throw new Error('the application holds none of the users');
    seconds.push(await secondsToArrive(site, connectionId, user));
    await wait(PAUSE_MS);
  }
  const { seconds: importing } = await endedRun(site, NEWCOMER);
  const sorted = seconds.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  tell({ name: 'changes', value: seconds.length, unit: 'changes', budget: null });
  tell({ name: 'p50', value: median, unit: 's', budget: BUDGET_SECONDS });
  tell({ name: 'max', value: sorted.at(-1) ?? 0, unit: 's', budget: BUDGET_SECONDS });
  tell({ name: 'import', value: importing, unit: 's', budget: null });
}

/** A user on both sides. */
interface Person {
  readonly entraId: string;
  readonly appId: string;
}

async function appIdsOf(
  site: Site,
  connectionId: string,
  entraIds: readonly string[],
): Promise<readonly Person[]> {
  const tables = openTables({ connectionString: site.azure.tableConnectionString });
  const wanted = new Set(entraIds);
  const found: Person[] = [];
  for await (const { id, externalId } of openHostedListing(tables, connectionId).listEntries(
    'user',
  ))
    if (externalId !== undefined && wanted.has(externalId))
      found.push({ entraId: externalId, appId: id });
  return found;
}

async function secondsToArrive(
  site: Site,
  connectionId: string,
  { entraId, appId }: Person,
): Promise<number> {
  const tables = openTables({ connectionString: site.azure.tableConnectionString });
  const application = openHostedDirectory(tables, connectionId);
  const jobTitle = `Reader of ${crypto.randomUUID()}`;
  const begun = Date.now();
  await site.tenant.patchUser(entraId, { jobTitle });
  const runId = await site.ask(connectionId, 'sync-now');
  await until(async () => {
    const entries = await application.read('user', [appId]);
    return entries.get(appId)?.attributes.title === jobTitle;
  }, LOOK_EVERY_MS);
  const seconds = (Date.now() - begun) / 1_000;
  // Whoever asks while a run is open joins it, though it may have read past the next change.
  await endedRun(site, connectionId, ({ id }) => id === runId);
  return seconds;
}
