import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Run } from '../../lib/sync/run.ts';
import type { LocalAzure } from '../azure.ts';
import type { AdminApi } from './admin-api.ts';
import { type Comparison, compareSides } from './compare/compare-sides.ts';
import { DEMO, openDemo, prepareDemo } from './demo-connection.ts';
import type { Display } from './display.ts';
import { type Following, followRun } from './follow-run.ts';
import { previewDemo } from './preview-demo.ts';
import { makeReport, type Report } from './report.ts';
import { openSyncState } from './sync-state.ts';
import type { TenantControls } from './tenant-controls.ts';

/** What the first run is made with. */
export interface FirstRunNeeds {
  readonly azure: LocalAzure;
  readonly admin: AdminApi;
  readonly tenant: TenantControls;
  readonly display: Display;
  readonly signal: AbortSignal;
}

export interface FirstRun {
  readonly report: Report;
  readonly comparison: Comparison;
}

/**
 * Makes the demo connection, says what switching it on would do, waits for the run that follows, and
 * compares both sides.
 */
export async function firstRun(needs: FirstRunNeeds): Promise<FirstRun> {
  const { azure, admin, tenant, display } = needs;
  const state = openSyncState(azure.tableConnectionString, DEMO.id);
  const { directory: expected } = await tenant.stats();
  const demo = await prepareDemo(admin, azure, () => previewDemo(needs));
  display.print(demo.isNew ? 'Initial sync' : 'Going on from the last start', '');
  // What is reported is counted from here on.
  await tenant.resetStats();
  const before = await azure.workerStats();
  const awaited = await openDemo(admin, demo);
  const { runId } = awaited;
  const following = { state, expected, display, signal: needs.signal };
  let run = await followRun(runId === undefined ? following : { ...following, runId });
  // A run from before this start may have lost its place, because the tenant began anew.
  if (awaited.joined && run.state === 'incomplete') run = await anotherRun(needs, following);
  const graph = await tenant.stats();
  const workers = await azure.workerStats();
  display.draw([display.paint('dim', '  Comparing both sides, object by object …')]);
  const [failures, comparison] = [await failuresOf(needs, following), await compare(needs)];
  display.draw([]);
  const findings = { run, comparison, failures, graph, before, workers };
  return { comparison, report: makeReport(findings) };
}

async function anotherRun(needs: FirstRunNeeds, following: Following): Promise<Run> {
  const { runId } = await needs.admin.syncNow();
  return followRun({ ...following, runId });
}

async function failuresOf({ admin }: FirstRunNeeds, { state }: Following): Promise<number> {
  const [waiting, { rejectedMessages }] = [await state.failures(), await admin.status()];
  return waiting + rejectedMessages;
}

function compare({ azure, tenant }: FirstRunNeeds): Promise<Comparison> {
  const tables = openTables({ connectionString: azure.tableConnectionString });
  return compareSides({
    entra: tenant.dump(),
    app: openHostedListing(tables, DEMO.id),
    isSoftDeleted: tenant.isSoftDeleted,
  });
}
