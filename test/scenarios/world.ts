import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { ServiceBusClient } from '@azure/service-bus';
import type { AzureOptions } from '../../local/azure.ts';
import type { TenantOptions } from '../../local/tenant-place.ts';
import { openAdminApi, type RunView } from './admin-api.ts';
import { type Connected, connect, type Ground } from './connected.ts';
import { fresh } from './fresh.ts';
import { openPlatform, type Platform } from './platform.ts';
import { type HeldAzure, shareAzure, startOwnAzure } from './shared-azure.ts';
import { type StoredRow, storedRows } from './stored-rows.ts';
import { openTake, type Take } from './take-message.ts';
import { openTenantControls } from './tenant-controls.ts';

/** How big the tenant is and what runs beside it. */
export interface WorldOptions extends TenantOptions {
  /** Leave the connection off, and the application empty. */
  readonly empty?: boolean;
  /** Local Azure of its own, and what is special about it; it costs some seconds. */
  readonly own?: OwnOptions;
}

interface OwnOptions extends Omit<AzureOptions, keyof TenantOptions | 'tenant'> {
  /** Keep everything on disk, so that the broker can be killed. */
  readonly onDisk?: boolean;
}

/** A tenant, the app, and a connection between them. */
export interface World extends Ground, Connected, Platform {
  /** The initial run; undefined in a world that began empty. */
  readonly initialRun: RunView | undefined;
  /** One more connection to the same tenant, with a directory of its own. */
  readonly another: (connectionId: string, rules?: unknown) => Promise<Connected>;
  /** Every row of some tables that was written since the world began, the version included. */
  readonly rows: (tables: readonly string[]) => Promise<Map<string, StoredRow>>;
  /** Puts a message on a queue with the genuine SDK. */
  readonly put: (queue: string, sessionId: string, body: unknown) => Promise<void>;
  /** Takes a message off a queue, or moves it to the dead letters; its sessions must be free. */
  readonly take: Take;
  readonly stop: () => Promise<void>;
}

/** For what hangs: machines differ in speed, and may be busy. */
const PATIENCE_SECONDS = 60;
/** A look costs the app some reads, so that looks become rarer the longer it takes. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;

const AZURE: AzureOptions = {
  // Polls come when a story asks for them, or, with a front, when the tenant tells of a change.
  pollSchedule: '0 0 0 1 1 *',
  front: false,
  env: { LOG_LEVEL: 'warning' },
};

/** Starts a world; unless it is to begin empty, the tenant is imported already. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { own, empty = false, ...chosen } = options;
  const tenant = { seed: 1, ...chosen };
  const held = await (own ? startOwn(own, tenant) : shareAzure(AZURE, tenant));
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), held.azure.caPem]);
  const bus = new ServiceBusClient(held.azure.env.SERVICEBUS ?? '');
  const stop = async () => {
    await bus.close();
    await held.release();
  };
  try {
    const world = await openWorld(held, bus);
    return { ...world, stop, initialRun: empty ? undefined : await imported(world) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOwn(own: OwnOptions, tenant: TenantOptions): Promise<HeldAzure> {
  const { onDisk = false, ...rest } = own;
  const dataDir = onDisk ? await mkdtemp(join(tmpdir(), 'tandem-world-')) : undefined;
  const held = await startOwnAzure({
    ...AZURE,
    ...rest,
    ...tenant,
    env: { ...AZURE.env, ...rest.env },
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  const release = async () => {
    await held.release();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  };
  return { ...held, release };
}

async function openWorld({ azure, output }: HeldAzure, bus: ServiceBusClient) {
  const since = new Date();
  const ground: Ground = {
    azure,
    tenant: openTenantControls(azure.tenantUrl),
    admin: openAdminApi(azure.url, azure.adminToken),
    until: waiting(output),
  };
  const put = async (queue: string, sessionId: string, body: unknown) => {
    const sender = bus.createSender(queue);
    await sender.sendMessages({ sessionId, body });
    await sender.close();
  };
  return {
    ...ground,
    ...(await openPlatform(azure)),
    ...(await connect(ground, fresh('world'))),
    another: (connectionId: string, rules?: unknown) => connect(ground, connectionId, rules),
    rows: (tables: readonly string[]) => storedRows(azure.tableConnectionString, tables, since),
    put,
    take: openTake(bus),
  };
}

async function imported(world: Connected): Promise<RunView> {
  await world.switchSync(true);
  return world.runEnded();
}

function waiting(output: () => string): World['until'] {
  return async (condition, seconds = PATIENCE_SECONDS) => {
    const deadline = Date.now() + seconds * 1_000;
    let pause = FIRST_PAUSE_MS;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error(`waited ${seconds} s in vain for ${String(condition)}\n${output()}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(LONGEST_PAUSE_MS, pause * 1.4);
    }
  };
}
