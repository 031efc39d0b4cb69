import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { ServiceBusClient } from '@azure/service-bus';
import { type AzureOptions, type LocalAzure, startAzure } from '../../local/azure.ts';
import { openAdminApi, type RunView } from './admin-api.ts';
import { type Connected, connect, type Ground } from './connected.ts';
import { openPlatform, type Platform } from './platform.ts';
import { type StoredRow, storedRows } from './stored-rows.ts';
import { openTake, type Take } from './take-message.ts';
import { openTenantControls } from './tenant-controls.ts';

/** How big the tenant is and what runs beside it. */
export interface WorldOptions extends AzureOptions {
  /** Keep everything on disk, so that the broker can be killed. */
  readonly onDisk?: boolean;
  /** Leave the connection off, and the application empty. */
  readonly empty?: boolean;
}

/** A tenant, the app, and a connection between them. */
export interface World extends Ground, Connected, Platform {
  /** The initial run; undefined in a world that began empty. */
  readonly initialRun: RunView | undefined;
  /** One more connection to the same tenant, with a directory of its own. */
  readonly another: (connectionId: string, rules?: unknown) => Promise<Connected>;
  /** Every row of some tables as stored, the version included, by `table/partition/row`. */
  readonly rows: (tables: readonly string[]) => Promise<Map<string, StoredRow>>;
  /** Puts a message on a queue with the genuine SDK. */
  readonly put: (queue: string, sessionId: string, body: unknown) => Promise<void>;
  /** Takes a message off a queue, or moves it to the dead letters; its sessions must be free. */
  readonly take: Take;
  readonly stop: () => Promise<void>;
}

const PATIENCE_SECONDS = 30;
/** A look costs the app some reads, so that looks become rarer the longer it takes. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;
const OUTPUT_SHOWN = 4_000;

/** Starts a world; unless it is to begin empty, the tenant is imported already. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { onDisk = false, empty = false, ...rest } = options;
  const folder = onDisk ? await mkdtemp(join(tmpdir(), 'tandem-world-')) : undefined;
  let output = '';
  const azure = await startAzure({
    // Polls come when a story asks for them, or, with a front, when the tenant tells of a change.
    pollSchedule: '0 0 0 1 1 *',
    front: false,
    seed: 1,
    ...rest,
    env: { LOG_LEVEL: 'warning', ...rest.env },
    ...(folder === undefined ? {} : { dataDir: folder }),
    onOutput: (text) => {
      output = (output + text).slice(-OUTPUT_SHOWN);
      rest.onOutput?.(text);
    },
  });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), azure.caPem]);
  const bus = new ServiceBusClient(azure.env.SERVICEBUS ?? '');
  const stop = async () => {
    await bus.close();
    await azure.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  };
  try {
    const world = await openWorld(azure, bus, () => output);
    return { ...world, stop, initialRun: empty ? undefined : await imported(world) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openWorld(azure: LocalAzure, bus: ServiceBusClient, output: () => string) {
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
    ...openPlatform(azure),
    ...(await connect(ground, 'world')),
    another: (connectionId: string, rules?: unknown) => connect(ground, connectionId, rules),
    rows: (tables: readonly string[]) => storedRows(azure.tableConnectionString, tables),
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
