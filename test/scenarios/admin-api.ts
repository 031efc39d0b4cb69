import { z } from 'zod';

const counted = z.record(z.string(), z.number());

const runSchema = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  phase: z.string().optional(),
  counters: z.object({ users: counted, groups: counted, memberships: counted }),
});

/** A run as administrators see it. */
export type RunView = z.output<typeof runSchema>;

const statusSchema = z.object({
  enabled: z.boolean(),
  lastSync: z.string().nullable(),
  inStep: z.object({ users: z.number(), groups: z.number(), memberships: z.number() }),
  currentRun: runSchema.nullable(),
  lastRun: runSchema.nullable(),
  lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
  idleRounds: z.number(),
  rejectedMessages: z.number(),
});

export type StatusView = z.output<typeof statusSchema>;

/** An answer of the admin API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What of a request is out of the ordinary. */
export interface Sent {
  readonly body?: unknown;
  /** Instead of `body`, as it stands. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The admin API of an app that runs at `url`. */
export function openAdminApi(url: string, token: string) {
  const ask = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const body = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const answered: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answered };
  };
  const read = async (path: string): Promise<unknown> => {
    const { status, body } = await ask('GET', path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const connection = (id: string) => `/manage/connections/${id}`;
  return {
    ask,
    status: async (id: string) => statusSchema.parse(await read(`${connection(id)}/status`)),
    /** Undefined for as long as the run has not begun. */
    run: async (id: string, runId: string): Promise<RunView | undefined> => {
      const answer = await ask('GET', `${connection(id)}/runs/${runId}`);
      return answer.status === 404 ? undefined : runSchema.parse(answer.body);
    },
    runs: async (id: string): Promise<RunView[]> => {
      const body = await read(`${connection(id)}/runs`);
      return z.object({ runs: z.array(runSchema) }).parse(body).runs;
    },
    switchSync: (id: string, enabled: boolean) =>
      ask('PUT', `${connection(id)}/sync`, { body: { enabled } }),
    /** @returns the id of the run that is promised or joined */
    syncNow: async (id: string): Promise<{ runId: string; joined: boolean }> => {
      const { body } = await ask('POST', `${connection(id)}/sync-now`);
      return z.object({ runId: z.string(), joined: z.boolean() }).parse(body);
    },
    remove: (id: string) => ask('DELETE', connection(id)),
  };
}

export type AdminApi = ReturnType<typeof openAdminApi>;

/** What a run counted, without what is zero. */
export function countersOf(run: RunView): Record<string, Record<string, number>> {
  const kinds = Object.entries(run.counters).map(([kind, counts]) => [
    kind,
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  ]);
  const told = kinds.filter(([, counts]) => Object.keys(counts ?? {}).length > 0);
  return Object.fromEntries(told);
}
