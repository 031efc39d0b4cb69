import { setTimeout as wait } from 'node:timers/promises';
import tls from 'node:tls';
import { z } from 'zod';
import { openTables } from '../../lib/azure/tables.ts';
import type { SyncState } from '../../lib/ports.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { type LocalAzure, startAzure } from '../../local/azure.ts';
import { openAdminApi } from '../../local/start/admin-api.ts';
import type { Figure } from './figures.ts';

/** What an import costs, counted by the tenant and by the workers (docs/architecture.md, "Cost"). */
const SIZES = [
  { users: 1_000, groups: 100, memberships: 5_000, seconds: 60 },
  { users: 5_000, groups: 500, memberships: 25_000, seconds: 150 },
  { users: 20_000, groups: 2_000, memberships: 100_000, seconds: 600 },
] as const;

type Size = (typeof SIZES)[number];
type Tell = (figure: Figure) => void;

const CONNECTION = 'bench';
/** Token aside, an import asks Graph for nothing but its delta pages. */
const HANDFUL = 5;
const WORKER_MB = 300;

export async function benchImport(tell: Tell): Promise<void> {
  const perObject: number[] = [];
  for (const size of SIZES) perObject.push(await importOnce(size, tell));
  const [first = 1] = perObject;
  const growth = (perObject.at(-1) ?? 0) / first;
  tell({ name: 'import.growth', value: growth, unit: 'of the cost an object', budget: 1.1 });
}

/** @returns table transactions an object */
async function importOnce(size: Size, tell: Tell): Promise<number> {
  const azure = await startAzure({ ...size, seed: 1, pollSchedule: '0 0 0 1 1 *' });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), azure.caPem]);
  try {
    const name = `import.${size.users}`;
    const transactions = await initial(azure, size, (figure) => tell(prefixed(name, figure)));
    await idle(azure, (figure) => tell(prefixed(name, figure)));
    await oneChange(azure, (figure) => tell(prefixed(name, figure)));
    return transactions / (size.users + size.groups + size.memberships);
  } finally {
    await azure.stop();
  }
}

const prefixed = (name: string, figure: Figure): Figure => ({
  ...figure,
  name: `${name}.${figure.name}`,
});

async function initial(azure: LocalAzure, size: Size, tell: Tell): Promise<number> {
  const admin = openAdminApi(azure.url, azure.adminToken, CONNECTION);
  const { tenantId, clientId, clientSecret } = azure;
  await admin.createConnection('Benchmark', { tenantId, clientId, clientSecret });
  const before = await counted(azure);
  await admin.switchOn();
  const run = await endedRun(azure, null);
  const cost = difference(before, await counted(azure));
  const { users, groups, memberships } = size;
  const budget = users + groups + 0.4 * memberships + 500;
  tell({ name: 'seconds', value: run.seconds, unit: 's', budget: size.seconds });
  tell({ name: 'graph.pages', value: cost.deltaPages, unit: 'requests', budget: null });
  const others = cost.graphRequests - cost.deltaPages;
  tell({ name: 'graph.others', value: others, unit: 'requests', budget: HANDFUL });
  tell({ name: 'bus.messages', value: cost.messages, unit: 'messages', budget: null });
  tell({ name: 'tables', value: cost.transactions, unit: 'transactions', budget });
  const peak = Math.max(...(await azure.workerStats()).map(({ peakRssMb }) => peakRssMb));
  tell({ name: 'worker.memory', value: peak, unit: 'MB', budget: WORKER_MB });
  return cost.transactions;
}

async function idle(azure: LocalAzure, tell: Tell): Promise<void> {
  const cost = await costOf(azure, async (state) => {
    const { checkpoint } = await state.load();
    await azure.runTimer('poll-timer');
    await until(async () => (await state.load()).checkpoint.idleRounds > checkpoint.idleRounds);
  });
  tell({ name: 'idle.graph', value: cost.graphRequests, unit: 'requests', budget: 2 });
  tell({ name: 'idle.tables', value: cost.transactions, unit: 'transactions', budget: 4 });
  tell({ name: 'idle.bus', value: cost.messages, unit: 'messages', budget: 1 });
}

async function oneChange(azure: LocalAzure, tell: Tell): Promise<void> {
  const found = await fetch(`${azure.tenantUrl}/__tenant/users?search=a`);
  const { value } = z
    .object({ value: z.array(z.object({ id: z.string() })) })
    .parse(await found.json());
  const cost = await costOf(azure, async (state) => {
    const { run } = await state.load();
    await fetch(`${azure.tenantUrl}/__tenant/users/${value[0]?.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jobTitle: 'Head of Benchmarks' }),
    });
    await azure.runTimer('poll-timer');
    await endedRun(azure, run?.id ?? null);
  });
  tell({ name: 'change.graph', value: cost.graphRequests, unit: 'requests', budget: 2 });
  tell({ name: 'change.tables', value: cost.transactions, unit: 'transactions', budget: 12 });
  tell({ name: 'change.bus', value: cost.messages - 1, unit: 'messages', budget: 2 });
}

interface State {
  readonly load: () => Promise<SyncState>;
}

/** The sync state as it stands in the tables: looking at it must not cost the app anything. */
function stateOf(azure: LocalAzure): State {
  const tables = openTables({ connectionString: azure.tableConnectionString });
  const checkpoints = openCheckpoints(tables.table('checkpoints'));
  return { load: () => checkpoints.load(CONNECTION) };
}

async function costOf(azure: LocalAzure, work: (state: State) => Promise<void>): Promise<Cost> {
  const state = stateOf(azure);
  const before = await counted(azure);
  await work(state);
  return difference(before, await counted(azure));
}

/** Waits for the end of a run other than `before`, looking at the tables and not at the app. */
async function endedRun(azure: LocalAzure, before: string | null): Promise<{ seconds: number }> {
  const state = stateOf(azure);
  let seconds = 0;
  await until(async () => {
    const { run } = await state.load();
    if (!run?.endedAt || run.id === before) return false;
    if (run.state !== 'completed') throw new Error(`the run is ${run.state}`);
    seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000;
    return true;
  });
  return { seconds };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(200);
}

interface Cost {
  readonly graphRequests: number;
  readonly deltaPages: number;
  readonly messages: number;
  readonly transactions: number;
}

const statsSchema = z.object({ requests: z.number(), byRoute: z.record(z.string(), z.unknown()) });
const routeSchema = z.union([
  z.number(),
  z.object({ requests: z.number() }).transform((r) => r.requests),
]);

async function counted(azure: LocalAzure): Promise<Cost> {
  const answer = await fetch(`${azure.tenantUrl}/__tenant/stats`);
  const { requests, byRoute } = statsSchema.parse(await answer.json());
  const workers = await azure.workerStats();
  const sum = (name: string) =>
    workers.reduce((total, { counters }) => total + (counters[name] ?? 0), 0);
  return {
    graphRequests: requests,
    deltaPages: Object.entries(byRoute)
      .filter(([route]) => route.includes('delta'))
      .reduce((total, [, count]) => total + routeSchema.parse(count), 0),
    messages: sum('bus.messages'),
    transactions: sum('tables.transactions'),
  };
}

function difference(before: Cost, after: Cost): Cost {
  return {
    graphRequests: after.graphRequests - before.graphRequests,
    deltaPages: after.deltaPages - before.deltaPages,
    messages: after.messages - before.messages,
    transactions: after.transactions - before.transactions,
  };
}
