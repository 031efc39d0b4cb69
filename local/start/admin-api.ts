import { z } from 'zod';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';

const counts = z.record(z.string(), z.number());

const runSchema = z.object({
  id: z.string(),
  kind: z.enum(['initial', 'incremental', 'resync', 'rules']),
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

const planSchema = z.object({
  state: z.enum(['reading', 'ready', 'failed']),
  error: z.object({ message: z.string() }).optional(),
  counts: z.object({ users: counts, groups: counts }),
  memberships: z.number(),
});

/** What switching on would do, as far as it is known. */
export type ShownPlan = Readonly<z.output<typeof planSchema>>;

const testSchema = z.object({
  passed: z.boolean(),
  checks: z.array(
    z.object({
      check: z.string(),
      status: z.string(),
      detail: z.string().optional(),
      next: z.string().optional(),
    }),
  ),
});

const credentialsSchema = z.object({
  credentials: z.array(z.object({ id: z.string(), name: z.string() })),
});

/** A token is shown once, so that each start makes its own. */
const SCIM_TOKEN_NAME = 'npm start';

const syncNowSchema = z.object({ runId: z.string(), joined: z.boolean() });

/** Who the connection signs in as. */
export interface EntraAccess {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The part of the admin API that a start needs, for one connection. */
export interface AdminApi {
  /** Makes it where there is none. */
  readonly createConnection: (
    name: string,
    entra: EntraAccess,
    rules: RuleSettings,
  ) => Promise<{ readonly isNew: boolean; readonly isOn: boolean }>;
  /** What a test of the connection finds wrong, in sentences. */
  readonly test: () => Promise<readonly string[]>;
  /** @returns the id of the plan that is being made */
  readonly beginPreview: () => Promise<string>;
  readonly plan: (planId: string) => Promise<ShownPlan>;
  /** @param plan needed the first time */
  readonly switchOn: (plan: string | undefined) => Promise<void>;
  readonly syncNow: () => Promise<z.output<typeof syncNowSchema>>;
  readonly status: () => Promise<z.output<typeof statusSchema>>;
  /** A token of the application for the connection's SCIM service, in the place of the last one. */
  readonly scimToken: () => Promise<string>;
  /** Newest first. */
  readonly runs: (size: number) => Promise<readonly ShownRun[]>;
}

/**
 * Opens the admin API of an app at `url`; `bearer` gives the token of each request.
 * Every call throws Error where the answer is an error, with its problem details.
 */
export function openAdminApi(
  url: string,
  bearer: () => Promise<string>,
  connectionId: string,
): AdminApi {
  const connection = `/manage/connections/${connectionId}`;
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${await bearer()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const asked = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await ask(method, path, body);
    if (response.ok) return response.json();
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  };
  return {
    createConnection: async (name, entra, rules) => {
      const found = await ask('GET', connection);
      const body: unknown = await found.json();
      if (found.ok)
        return { isNew: false, isOn: z.object({ enabled: z.boolean() }).parse(body).enabled };
      await asked('POST', '/manage/connections', { id: connectionId, name, entra, rules });
      return { isNew: true, isOn: false };
    },
    test: async () => {
      const { passed, checks } = testSchema.parse(await asked('POST', `${connection}/test`));
      const red = checks.filter(({ status }) => status === 'failed');
      return passed ? [] : red.map(({ check, detail, next }) => `${check}: ${detail}; ${next}`);
    },
    beginPreview: async () =>
      z.object({ planId: z.string() }).parse(await asked('POST', `${connection}/preview`)).planId,
    plan: async (planId) => planSchema.parse(await asked('GET', `${connection}/preview/${planId}`)),
    switchOn: async (plan) => {
      await asked('PUT', `${connection}/sync`, { enabled: true, plan });
    },
    syncNow: async () => syncNowSchema.parse(await asked('POST', `${connection}/sync-now`)),
    status: async () => statusSchema.parse(await asked('GET', `${connection}/status`)),
    scimToken: async () => {
      const listed = await asked('GET', `${connection}/credentials`);
      const { credentials } = credentialsSchema.parse(listed);
      for (const { id, name } of credentials)
        if (name === SCIM_TOKEN_NAME) await ask('DELETE', `${connection}/credentials/${id}`);
      const wanted = { kind: 'token', name: SCIM_TOKEN_NAME, role: 'app' };
      const made = await asked('POST', `${connection}/credentials`, wanted);
      return z.object({ token: z.string() }).parse(made).token;
    },
    runs: async (size) => {
      const answer = await asked('GET', `${connection}/runs?size=${size}`);
      return z.object({ runs: z.array(runSchema) }).parse(answer).runs;
    },
  };
}
