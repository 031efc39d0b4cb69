import type { AdminApi, EntraAccess } from './admin-api.ts';
import { DEMO_RULES } from './demo-rules.ts';

/** The connection that a start makes. */
export const DEMO = { id: 'demo', name: 'Demo' } as const;

/** The demo connection, ready to be switched on. */
export interface Demo {
  readonly isNew: boolean;
  /** What it takes to switch it on; none where it is on from an earlier start. */
  readonly plan?: string;
}

/** Which run to wait for; none by name where the connection is new and its first run will come. */
export interface AwaitedRun {
  readonly runId?: string;
  /** It was open already, perhaps since before this start. */
  readonly joined: boolean;
}

/**
 * Makes the demo connection through the admin API, where there is none from an earlier start,
 * and tests it.
 * @param preview has it previewed, and gives the plan's id
 */
export async function prepareDemo(
  admin: Pick<AdminApi, 'createConnection' | 'test'>,
  access: EntraAccess,
  preview: () => Promise<string>,
): Promise<Demo> {
  const { tenantId, clientId, clientSecret } = access;
  const entra = { tenantId, clientId, clientSecret };
  const { isNew, isOn } = await admin.createConnection(DEMO.name, entra, DEMO_RULES);
  if (isOn) return { isNew };
  const wrong = await admin.test();
  if (wrong.length > 0) throw new Error(`The connection does not work: ${wrong.join('. ')}`);
  return { isNew, plan: await preview() };
}

/**
 * Switches the demo connection on, which begins its initial run. Where it is there from an earlier
 * start, it asks for a run now instead.
 */
export async function openDemo(
  admin: Pick<AdminApi, 'switchOn' | 'syncNow'>,
  { isNew, plan }: Demo,
): Promise<AwaitedRun> {
  await admin.switchOn(plan);
  return isNew ? { joined: false } : admin.syncNow();
}
