import { z } from 'zod';

const counts = z.record(z.string(), z.number());

const runSchema = z.object({
  id: z.string(),
  kind: z.enum(['initial', 'incremental', 'resync']),
  state: z.enum(['running', 'paused', 'completed', 'incomplete']),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  seconds: z.number().optional(),
  counters: z.object({ users: counts, groups: counts, memberships: counts }),
});

/** A run as the admin API shows it. */
export type ShownRun = Readonly<z.output<typeof runSchema>>;

const statusSchema = z.object({
  nextPoll: z.string().nullable(),
  rejectedMessages: z.number(),
  lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const syncNowSchema = z.object({ runId: z.string(), joined: z.boolean() });

/** Who the connection signs in as. */
export interface EntraAccess {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The part of the admin API that a start needs, for one connection. */
export interface AdminApi {
  /** @returns whether it was made now; false where there is one already */
  readonly createConnection: (name: string, entra: EntraAccess) => Promise<boolean>;
  readonly switchOn: () => Promise<void>;
  readonly syncNow: () => Promise<z.output<typeof syncNowSchema>>;
  readonly status: () => Promise<z.output<typeof statusSchema>>;
  /** Newest first. */
  readonly runs: (size: number) => Promise<readonly ShownRun[]>;
}

/**
 * Opens the admin API of an app at `url`.
 * Every call throws Error where the answer is an error, with its problem details.
 */
export function openAdminApi(url: string, token: string, connectionId: string): AdminApi {
  const connection = `/manage/connections/${connectionId}`;
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const asked = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await ask(method, path, body);
    if (response.ok) return response.json();
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  };
  return {
    createConnection: async (name, entra) => {
      const found = await ask('GET', connection);
      await found.arrayBuffer();
      if (found.ok) return false;
      await asked('POST', '/manage/connections', { id: connectionId, name, entra });
      return true;
    },
    switchOn: async () => {
      await asked('PUT', `${connection}/sync`, { enabled: true });
    },
    syncNow: async () => syncNowSchema.parse(await asked('POST', `${connection}/sync-now`)),
    status: async () => statusSchema.parse(await asked('GET', `${connection}/status`)),
    runs: async (size) => {
      const answer = await asked('GET', `${connection}/runs?size=${size}`);
      return z.object({ runs: z.array(runSchema) }).parse(answer).runs;
    },
  };
}
