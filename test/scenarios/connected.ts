import type { LocalAzure } from '../../local/azure.ts';
import {
  type AdminApi,
  type Answer,
  countersOf,
  type RunView,
  type StatusView,
} from './admin-api.ts';
import { type Application, openApplication } from './application.ts';
import { differences } from './differences.ts';
import { EVERYBODY } from './everybody.ts';
import { openRunOf } from './open-run.ts';
import type { TenantControls } from './tenant-controls.ts';

/** Counters by kind: `{users: {read: 1, created: 1}}`. */
export type Counted = ReturnType<typeof countersOf>;

/** A connection between the tenant and a directory of its own. */
export interface Connected {
  readonly connectionId: string;
  readonly app: Application;
  readonly status: () => Promise<StatusView>;
  readonly switchSync: (enabled: boolean) => Promise<void>;
  /** Gives it other rules. @returns the answer, whatever it is */
  readonly changeRules: (rules: unknown) => Promise<Answer>;
  /** Asks for a round and waits until its run has ended. */
  readonly syncNow: () => Promise<RunView>;
  /** As `syncNow`; the run has to complete. @returns what it counted, without what is zero */
  readonly round: () => Promise<Counted>;
  /** Asks for a full run and waits until it has ended, complete or not. */
  readonly resync: () => Promise<RunView>;
  /** Waits until a run has ended that may not have begun yet. */
  readonly ended: (runId: string, seconds?: number) => Promise<RunView>;
  /** Waits until the run that is open, or else the last one, has ended. */
  readonly runEnded: (seconds?: number) => Promise<RunView>;
  /** Fails with what differs unless the application equals the tenant, object by object. */
  readonly expectInStep: () => Promise<void>;
}

/** What a connection stands on. */
export interface Ground {
  readonly azure: LocalAzure;
  readonly tenant: TenantControls;
  readonly admin: AdminApi;
  /** Waits for a condition. @throws Error when it does not come true in time */
  readonly until: (condition: () => Promise<boolean>, seconds?: number) => Promise<void>;
}

/** Makes a connection; it is off. */
export async function connect(
  ground: Ground,
  connectionId: string,
  rules: unknown = EVERYBODY,
): Promise<Connected> {
  const { azure, tenant, admin, until } = ground;
  await createConnection(azure, admin, { id: connectionId, rules });
  await admin.test(connectionId);
  // Made now: what goes wrong later in a story is not meant for it.
  const { id: plan } = await admin.preview(connectionId);
  const app = openApplication(azure.tableConnectionString, connectionId);
  const status = () => admin.status(connectionId);
  const openRun = openRunOf(azure.tableConnectionString, connectionId);
  /** The run that `look` finds, once there is one. */
  const found = async (look: () => Promise<RunView | undefined>, seconds?: number) => {
    const runs: RunView[] = [];
    const isThere = async () => {
      const run = await look();
      if (run) runs.push(run);
      return run !== undefined;
    };
    await until(isThere, seconds);
    return there(runs[0]);
  };
  const ended = (runId: string, seconds?: number) =>
    found(async () => {
      if ((await openRun()) === runId) return undefined;
      return endedOnly(await admin.run(connectionId, runId));
    }, seconds);
  const syncNow = async () => ended((await admin.syncNow(connectionId)).runId);
  return {
    connectionId,
    app,
    status,
    ended,
    syncNow,
    resync: async () => ended(await admin.resync(connectionId)),
    switchSync: async (enabled) => {
      const { status: code } = await admin.switchSync(connectionId, enabled, plan);
      if (code === 200) return;
      // It may have other rules since.
      await admin.test(connectionId);
      const fresh = await admin.preview(connectionId);
      const { status: last, body } = await admin.switchSync(connectionId, enabled, fresh.id);
      if (last !== 200) throw new Error(`not switched: ${JSON.stringify(body)}`);
    },
    changeRules: async (rules) => {
      const path = `/manage/connections/${connectionId}`;
      const etag = (await admin.ask('GET', path)).headers.get('etag') ?? '';
      return admin.ask('PATCH', path, { body: { rules }, headers: { 'if-match': etag } });
    },
    round: async () => {
      const run = await syncNow();
      if (run.state !== 'completed') throw new Error(`the run is ${run.state}`);
      return countersOf(run);
    },
    runEnded: (seconds) =>
      found(async () => {
        if (await openRun()) return undefined;
        const { currentRun, lastRun } = await status();
        return currentRun ? undefined : (lastRun ?? undefined);
      }, seconds),
    expectInStep: () => expectInStep(tenant, app),
  };
}

function endedOnly(run: RunView | undefined): RunView | undefined {
  return run?.state === 'completed' || run?.state === 'incomplete' ? run : undefined;
}

async function createConnection(
  azure: LocalAzure,
  admin: AdminApi,
  { id, rules }: { readonly id: string; readonly rules: unknown },
): Promise<void> {
  const { tenantId, clientId, clientSecret } = azure;
  const entra = { tenantId, clientId, clientSecret };
  const { status, body } = await admin.ask('POST', '/manage/connections', {
    body: { id, name: `The world of ${id}`, entra, rules },
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

/** A value that must be there. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}
