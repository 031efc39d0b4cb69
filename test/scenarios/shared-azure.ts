import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type AzureOptions, type LocalAzure, startAzure } from '../../local/azure.ts';
import type { TenantOptions } from '../../local/tenant-place.ts';
import { openAdminApi } from './admin-api.ts';

/** Local Azure, for the time that a file of stories takes. */
export interface HeldAzure {
  readonly azure: LocalAzure;
  /** The end of what its processes wrote. */
  readonly output: () => string;
  readonly release: () => Promise<void>;
}

const OUTPUT_SHOWN = 4_000;
const QUIET_WITHIN_SECONDS = 10;
const LOOK_MS = 50;

/** Between two files; it ends with this process. */
let idle: HeldAzure | undefined;

/** Local Azure of one's own. */
export async function startOwnAzure(options: AzureOptions): Promise<HeldAzure> {
  let output = '';
  const azure = await startAzure({
    ...options,
    onOutput: (text) => {
      output = (output + text).slice(-OUTPUT_SHOWN);
      options.onOutput?.(text);
    },
  });
  return { azure, output: () => output, release: azure.stop };
}

/**
 * Local Azure that the files which run in this process use one after another, each with a tenant of
 * its own: it takes a while to start, and what has run before runs twice as fast.
 */
export async function shareAzure(
  options: AzureOptions,
  tenantOptions: TenantOptions,
): Promise<HeldAzure> {
  const found = idle;
  idle = undefined;
  if (!found) {
    const started = await startOwnAzure({ ...options, ...tenantOptions });
    return { ...started, release: () => handOn(started) };
  }
  const tenantId = await found.azure.replaceTenant(tenantOptions);
  const held = { ...found, azure: { ...found.azure, tenantId } };
  return { ...held, release: () => handOn(held) };
}

/** Keeps it for the next file, unless this one has left it as nobody should find it. */
async function handOn(held: HeldAzure): Promise<void> {
  const isTidy = await tidiedUp(held.azure).catch(() => false);
  if (isTidy) idle = held;
  else await held.azure.stop();
}

const connectionsSchema = z.object({
  connections: z.array(z.object({ id: z.string(), enabled: z.boolean() })),
  next: z.string().optional(),
});
const queuesSchema = z.record(z.string(), z.object({ active: z.number() }));

/** Whether no table fails, no connection is on, and nothing is under way. */
async function tidiedUp(azure: LocalAzure): Promise<boolean> {
  await azure.tableFaults([]);
  if ((await azure.workerStats()).length !== 1) return false;
  const admin = openAdminApi(azure.url, azure.adminToken);
  let at: string | undefined = '/manage/connections?size=200';
  while (at !== undefined) {
    const { body } = await admin.ask('GET', at);
    const { connections, next } = connectionsSchema.parse(body);
    for (const { id, enabled } of connections) if (enabled) await admin.switchSync(id, false);
    at = next;
  }
  const deadline = Date.now() + QUIET_WITHIN_SECONDS * 1_000;
  while (Date.now() < deadline) {
    const queues = Object.values(queuesSchema.parse(await azure.busStats()));
    if (queues.every(({ active }) => active === 0)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
