import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { ServiceBusClient } from '@azure/service-bus';
import { type AzureOptions, type LocalAzure, startAzure } from '../../local/azure.ts';
import { type AdminApi, countersOf, openAdminApi, type RunView } from './admin-api.ts';
import { type Application, openApplication } from './application.ts';
import { differences } from './differences.ts';
import { type StoredRow, storedRows } from './stored-rows.ts';
import { openTenantControls, type TenantControls } from './tenant-controls.ts';

/** How big the tenant is and what runs beside it. */
export interface WorldOptions extends AzureOptions {
  /** Keep everything on disk, so that the broker can be killed. */
  readonly onDisk?: boolean;
  /** Leave the connection off, and the application empty. */
  readonly empty?: boolean;
}

/** Counters by kind: `{users: {read: 1, created: 1}}`. */
export type Counted = ReturnType<typeof countersOf>;

/** A tenant, the app, and one connection between them. */
export interface World {
  readonly azure: LocalAzure;
  readonly tenant: TenantControls;
  readonly app: Application;
  readonly admin: AdminApi;
  readonly connectionId: string;
  /** The initial run; undefined in a world that began empty. */
  readonly initialRun: RunView | undefined;
  readonly createConnection: (id: string) => Promise<void>;
  /** Asks for a round and waits until its run has ended. */
  readonly syncNow: () => Promise<RunView>;
  /** As `syncNow`; the run has to complete. @returns what it counted, without what is zero */
  readonly round: () => Promise<Counted>;
  /** Waits until a run has ended that may not have begun yet. */
  readonly ended: (runId: string, seconds?: number) => Promise<RunView>;
  /** Waits until the run that is open, or else the last one, has ended. */
  readonly runEnded: (seconds?: number) => Promise<RunView>;
  /** Fails with what differs unless the application equals the tenant, object by object. */
  readonly expectInStep: () => Promise<void>;
  /** Every row of some tables as stored, the version included, by `table/partition/row`. */
  readonly rows: (tables: readonly string[]) => Promise<Map<string, StoredRow>>;
  /** Waits for a condition. @throws Error when it does not come true in time */
  readonly until: (condition: () => Promise<boolean>, seconds?: number) => Promise<void>;
  /** Puts a message on a queue with the genuine SDK. */
  readonly put: (queue: string, sessionId: string, body: unknown) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const PATIENCE_SECONDS = 30;
const LOOK_EVERY_MS = 40;
const OUTPUT_SHOWN = 4_000;

/** Starts a world; unless it is to begin empty, the tenant is imported already. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { onDisk = false, empty = false, ...rest } = options;
  const folder = onDisk ? await mkdtemp(join(tmpdir(), 'tandem-world-')) : undefined;
  let output = '';
  const azure = await startAzure({
    // Polls come when a story asks for them.
    pollSchedule: '0 0 0 1 1 *',
    seed: 1,
    ...rest,
    env: { LOG_LEVEL: 'warning', ...rest.env },
    ...(folder === undefined ? {} : { dataDir: folder }),
    onOutput: (text) => {
      output = (output + text).slice(-OUTPUT_SHOWN);
    },
  });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), azure.caPem]);
  const parts = openParts(azure, () => output);
  const stop = async () => {
    await parts.bus.close();
    await azure.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  };
  try {
    return { ...parts, stop, initialRun: await begin(parts, empty) };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = Omit<World, 'stop' | 'initialRun'> & { readonly bus: ServiceBusClient };

function openParts(azure: LocalAzure, output: () => string): Parts {
  const connectionId = 'world';
  const tenant = openTenantControls(azure.tenantUrl);
  const admin = openAdminApi(azure.url, azure.adminToken);
  const app = openApplication(azure.tableConnectionString, connectionId);
  const bus = new ServiceBusClient(azure.env.SERVICEBUS ?? '');
  const until = waiting(output);
  const runEnded = async (seconds?: number): Promise<RunView> => {
    const found: RunView[] = [];
    await until(async () => {
      const { currentRun, lastRun } = await admin.status(connectionId);
      if (!currentRun && lastRun) found.push(lastRun);
      return found.length > 0;
    }, seconds);
    return there(found[0]);
  };
  const ended = async (runId: string, seconds?: number): Promise<RunView> => {
    const found: RunView[] = [];
    await until(async () => {
      const run = await admin.run(connectionId, runId);
      if (run?.state === 'completed' || run?.state === 'incomplete') found.push(run);
      return found.length > 0;
    }, seconds);
    return there(found[0]);
  };
  const syncNow = async () => ended((await admin.syncNow(connectionId)).runId);
  return {
    ...{ azure, tenant, admin, app, bus, connectionId, until, ended, runEnded },
    createConnection: (id) => createConnection(azure, admin, id),
    syncNow,
    round: async () => {
      const run = await syncNow();
      if (run.state !== 'completed') throw new Error(`the run is ${run.state}`);
      return countersOf(run);
    },
    rows: (tables) => storedRows(azure.tableConnectionString, tables),
    expectInStep: () => expectInStep(tenant, app),
    put: async (queue, sessionId, body) => {
      const sender = bus.createSender(queue);
      await sender.sendMessages({ sessionId, body });
      await sender.close();
    },
  };
}

async function begin(parts: Parts, empty: boolean): Promise<RunView | undefined> {
  await parts.createConnection(parts.connectionId);
  if (empty) return undefined;
  await parts.admin.switchSync(parts.connectionId, true);
  return parts.runEnded();
}

async function createConnection(azure: LocalAzure, admin: AdminApi, id: string): Promise<void> {
  const { tenantId, clientId, clientSecret } = azure;
  const entra = { tenantId, clientId, clientSecret };
  const { status, body } = await admin.ask('POST', '/manage/connections', {
    body: { id, name: 'A world', entra },
  });
  if (status !== 201) throw new Error(`no connection: ${JSON.stringify(body)}`);
}

async function expectInStep(tenant: TenantControls, app: Application): Promise<void> {
  const [dump, directory] = await Promise.all([tenant.dump(), app.read()]);
  const live = new Set(dump.map(({ id }) => id));
  const others = [...directory.users.keys()].filter((id) => !live.has(id));
  const deleted = others.map(async (id) => {
    const object = await tenant.show('user', id).catch(() => undefined);
    return object?.deletedDateTime === undefined ? [] : [id];
  });
  const restorable = new Set((await Promise.all(deleted)).flat());
  const found = differences(dump, directory, restorable);
  if (found.length === 0) return;
  throw new Error(`not in step, ${found.length} differences:\n${found.slice(0, 20).join('\n')}`);
}

function waiting(output: () => string): World['until'] {
  return async (condition, seconds = PATIENCE_SECONDS) => {
    const deadline = Date.now() + seconds * 1_000;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error(`waited ${seconds} s in vain for ${condition}\n${output()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
}

/** A value that must be there. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}
