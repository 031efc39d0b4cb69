import { setTimeout as wait } from 'node:timers/promises';
import tls from 'node:tls';
import { z } from 'zod';
import { openTables } from '../../lib/azure/tables.ts';
import type { SyncState } from '../../lib/ports/sync-state.ts';
import { openCheckpoints } from '../../lib/state/checkpoints.ts';
import { headKey } from '../../lib/state/plan-rows.ts';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { isEnded, type Run } from '../../lib/sync/run.ts';
import { type AzureOptions, type LocalAzure, startAzure } from '../../local/azure.ts';
import { DEMO_RULES } from '../../local/start/demo-rules.ts';
import { openAdminApi } from '../scenarios/admin-api.ts';
import { openTenantControls, type TenantControls } from '../scenarios/tenant-controls.ts';

/** How large a tenant is. */
export interface Size {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** Users and groups, which costs are told by. */
export const objectsOf = ({ users, groups }: Size): number => users + groups;

/** A tenant, and the app that runs beside it. */
export interface Site {
  readonly azure: LocalAzure;
  readonly tenant: TenantControls;
  /** Resolves when the app has answered once: with its first answer it has made its tables. */
  readonly isUp: () => Promise<void>;
  /** Makes a connection that stays off. */
  readonly make: (connectionId: string, rules?: RuleSettings) => Promise<void>;
  /**
   * Makes a connection and has it previewed.
   * @param rules instead of those by which all there is takes part
   * @returns the plan that switching it on takes
   */
  readonly prepare: (connectionId: string, rules?: RuleSettings) => Promise<string>;
  /** Switches a connection on, which begins its initial run. */
  readonly switchOn: (connectionId: string, plan: string) => Promise<void>;
  /** Both. */
  readonly connect: (connectionId: string) => Promise<void>;
  /** Asks for a run. @returns the id that it is promised under */
  readonly ask: (connectionId: string, what: 'resync' | 'sync-now') => Promise<string>;
  /** As it stands in the tables: looking at it must not cost the app anything. */
  readonly state: (connectionId: string) => Promise<SyncState>;
  /** How many objects are in step. */
  readonly inStep: (connectionId: string) => Promise<Size>;
  /** Rejected messages, and objects that could not be brought in step. */
  readonly troubles: (connectionId: string) => Promise<{ rejected: number; failures: number }>;
}

const OUTPUT_SHOWN = 8_000;
const LOOK_EVERY_MS = 50;

const planSchema = z.object({ state: z.enum(['reading', 'ready']) });

/** Starts a site that polls only when it is asked to, works with it, and stops it. */
export async function atSite<T>(
  options: AzureOptions,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  let output = '';
  const azure = await startAzure({
    seed: 1,
    pollSchedule: '0 0 0 1 1 *',
    front: false,
    ...options,
    env: { LOG_LEVEL: 'error', ...options.env },
    onOutput: (text) => {
      output = (output + text).slice(-OUTPUT_SHOWN);
    },
  });
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), azure.caPem]);
    const site = openSite(azure);
    await site.isUp();
    return await work(site);
  } catch (error) {
    process.stderr.write(output);
    throw error;
  } finally {
    await azure.stop();
  }
}

function openSite(azure: LocalAzure): Site {
  const admin = openAdminApi(azure.url, azure.adminToken);
  const tables = openTables({ connectionString: azure.tableConnectionString });
  const checkpoints = openCheckpoints(tables.table('checkpoints'));
  const planState = async (id: string, plan: string) => {
    const head = await tables.table('plans').get(id, headKey(plan));
    return planSchema.parse(JSON.parse(String(head?.data))).state;
  };
  const asked = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await admin.ask(method, path, body === undefined ? {} : { body });
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  const make = async (id: string, rules = DEMO_RULES): Promise<void> => {
    const { tenantId, clientId, clientSecret } = azure;
    const entra = { tenantId, clientId, clientSecret };
    await asked('POST', '/manage/connections', { id, name: `Benchmark ${id}`, entra, rules });
  };
  const prepare = async (id: string, rules = DEMO_RULES): Promise<string> => {
    await make(id, rules);
    await admin.test(id);
    const plan = await admin.beginPreview(id);
    await until(async () => (await planState(id, plan)) === 'ready', LOOK_EVERY_MS);
    return plan;
  };
  const switchOn = async (id: string, plan: string): Promise<void> => {
    await asked('PUT', `/manage/connections/${id}/sync`, { enabled: true, plan });
  };
  return {
    azure,
    tenant: openTenantControls(azure.tenantUrl),
    isUp: async () => {
      await asked('GET', '/manage/connections');
    },
    make,
    prepare,
    switchOn,
    connect: async (id) => switchOn(id, await prepare(id)),
    ask: async (id, what) => {
      const answer = await asked('POST', `/manage/connections/${id}/${what}`);
      return z.object({ runId: z.string() }).parse(answer).runId;
    },
    state: (id) => checkpoints.load(id),
    inStep: async (id) => (await admin.status(id)).inStep,
    troubles: async (id) => {
      const { rejectedMessages, failures } = await admin.status(id);
      return { rejected: rejectedMessages, failures };
    },
  };
}

/**
 * Waits for the end of a run, looking at the tables and not at the app.
 * @param isMeant tells it from the runs before it
 * @throws Error when it ends incomplete
 */
export async function endedRun(
  site: Site,
  connectionId: string,
  isMeant: (run: Run) => boolean = () => true,
): Promise<Run & { readonly seconds: number }> {
  for (;;) {
    const { run } = await site.state(connectionId);
    if (run?.endedAt !== undefined && isEnded(run) && isMeant(run)) {
      if (run.state !== 'completed') throw new Error(`the run is ${run.state}`);
      return { ...run, seconds: (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000 };
    }
    await wait(200);
  }
}

/** Waits for a condition; the benchmark itself has no patience to lose. */
export async function until(condition: () => Promise<boolean>, pauseMs = 200): Promise<void> {
  while (!(await condition())) await wait(pauseMs);
}
