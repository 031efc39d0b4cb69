import type { AdminApi, EntraAccess } from './admin-api.ts';

/** The connection that a start makes. */
export const DEMO = { id: 'demo', name: 'Demo' } as const;

/** Which run to wait for; none by name where the connection is new and its first run will come. */
export interface AwaitedRun {
  readonly isNew: boolean;
  readonly runId?: string;
  /** It was open already, perhaps since before this start. */
  readonly joined: boolean;
}

/**
 * Makes the demo connection through the admin API and switches it on, which begins its initial run.
 * Where it is there from an earlier start, it asks for a run now instead.
 */
export async function openDemo(
  admin: Pick<AdminApi, 'createConnection' | 'switchOn' | 'syncNow'>,
  access: EntraAccess,
): Promise<AwaitedRun> {
  const { tenantId, clientId, clientSecret } = access;
  const isNew = await admin.createConnection(DEMO.name, { tenantId, clientId, clientSecret });
  await admin.switchOn();
  if (isNew) return { isNew, joined: false };
  return { isNew, ...(await admin.syncNow()) };
}
