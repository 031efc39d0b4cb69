import { z } from 'zod';
import { requireDescribed } from './described-exchange.ts';
import { openPreviewApi } from './preview-api.ts';

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

const lossesSchema = z.object({
  users: z.number(),
  groups: z.number(),
  memberships: z.number(),
  entitlements: z.number(),
  attributes: z.number(),
});

const outageSchema = z.object({ since: z.string(), code: z.string(), why: z.string() });

const statusSchema = z.object({
  enabled: z.boolean(),
  lastSync: z.string().nullable(),
  inStep: z.object({ users: z.number(), groups: z.number(), memberships: z.number() }),
  currentRun: runSchema.nullable(),
  lastRun: runSchema.nullable(),
  lastError: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
  idleRounds: z.number(),
  /** The side that cannot be reached, and since when. */
  unavailable: z.object({
    entra: outageSchema.nullable(),
    app: outageSchema.extend({ nextProbe: z.string() }).nullable(),
  }),
  failures: z.number(),
  held: lossesSchema,
  resyncAsked: z.boolean(),
  rejectedMessages: z.number(),
  notifications: z.object({
    on: z.boolean(),
    why: z.string().optional(),
    code: z.string().optional(),
    subscriptions: z.array(
      z.object({
        id: z.string().nullable(),
        resource: z.string(),
        expires: z.string().nullable(),
        lastNotification: z.string().nullable(),
        lastCheck: z.string().nullable(),
        dropped: z.number(),
      }),
    ),
  }),
});

export type StatusView = z.output<typeof statusSchema>;

const heldSchema = z.object({
  counts: lossesSchema,
  held: z.array(
    z.looseObject({
      kind: z.string(),
      action: z.string(),
      id: z.string().optional(),
      name: z.string().nullish(),
      groupId: z.string().optional(),
      memberId: z.string().optional(),
      evidence: z.string().nullable(),
    }),
  ),
  next: z.string().optional(),
});

/** Removals that the guard holds, as administrators see them. */
export type HeldView = z.output<typeof heldSchema>;

const failuresSchema = z.object({
  failures: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      name: z.string().nullable(),
      appId: z.string().nullable(),
      isRemoval: z.boolean(),
      reason: z.string(),
      detail: z.string().nullable(),
      attempts: z.number(),
      since: z.string(),
      nextTry: z.string().nullable(),
    }),
  ),
  next: z.string().optional(),
});

export type FailureView = z.output<typeof failuresSchema>['failures'][number];

const rejectedSchema = z.object({
  rejected: z.array(
    z.object({ id: z.string(), queue: z.string(), reason: z.string(), at: z.string() }),
  ),
  next: z.string().optional(),
});

/** A message that could not be handled, as administrators see it. */
export type RejectedView = z.output<typeof rejectedSchema>['rejected'][number];

/** What a verdict on held removals is about; nothing = all. */
export interface Judged {
  readonly kinds?: readonly string[];
  readonly ids?: readonly string[];
  readonly memberships?: readonly { readonly groupId: string; readonly memberId: string }[];
}

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

/** The admin API of an app that runs at `url`; every exchange must be as its description says. */
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
    const { status, headers } = response;
    const answer = { status, headers, body: text === '' ? undefined : JSON.parse(text) };
    requireDescribed({ method, path, sent, answer });
    return answer;
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
    /** Tests a connection as it is saved, which has to be passed. */
    test: async (id: string): Promise<void> => {
      const { status, body } = await ask('POST', `${connection(id)}/test`);
      const isPassed = z.object({ passed: z.boolean() }).safeParse(body).data?.passed === true;
      if (!isPassed) throw new Error(`not passed: ${status} ${JSON.stringify(body)}`);
    },
    /** @param plan needed the first time that the connection is switched on */
    switchSync: (id: string, enabled: boolean, plan?: string) =>
      ask('PUT', `${connection(id)}/sync`, { body: { enabled, plan } }),
    /** @returns the id of the run that is promised or joined */
    syncNow: async (id: string): Promise<{ runId: string; joined: boolean }> => {
      const { body } = await ask('POST', `${connection(id)}/sync-now`);
      return z.object({ runId: z.string(), joined: z.boolean() }).parse(body);
    },
    remove: (id: string, users?: 'keep' | 'deactivate' | 'delete') =>
      ask('DELETE', `${connection(id)}${users === undefined ? '' : `?users=${users}`}`),
    ...openPreviewApi(ask, read),
    ...openSafetyApi(ask, read),
  };
}

/** What administrators do about removals, failures and messages. */
function openSafetyApi(
  ask: (method: string, path: string, sent?: Sent) => Promise<Answer>,
  read: (path: string) => Promise<unknown>,
) {
  const at = (id: string, rest: string) => `/manage/connections/${id}/${rest}`;
  /** The id of the run that a request promised. */
  const promised = async (path: string, sent?: Sent): Promise<string> => {
    const { status, body } = await ask('POST', path, sent);
    if (status !== 202) throw new Error(`POST ${path} answered ${status}`);
    return z.object({ runId: z.string() }).parse(body).runId;
  };
  /** Every page of a list, from its own links. */
  const pages = async <T>(first: string, show: (body: unknown) => { some: T[]; next?: string }) => {
    const found: T[] = [];
    for (let path: string | undefined = first; path !== undefined; ) {
      const { some, next } = show(await read(path));
      found.push(...some);
      path = next;
    }
    return found;
  };
  return {
    resync: (id: string) => promised(at(id, 'resync')),
    held: async (id: string, query = ''): Promise<HeldView> =>
      heldSchema.parse(await read(at(id, `held${query}`))),
    /** @returns the id of the run that carries it out */
    approve: (id: string, judged?: Judged) => promised(at(id, 'held/approve'), { body: judged }),
    reject: (id: string, judged?: Judged) => promised(at(id, 'held/reject'), { body: judged }),
    failures: (id: string, query = ''): Promise<FailureView[]> =>
      pages(at(id, `failures${query}`), (body) => {
        const { failures, next } = failuresSchema.parse(body);
        return { some: failures, ...(next !== undefined && { next }) };
      }),
    retry: (id: string, objectId: string) => ask('POST', at(id, `failures/${objectId}/retry`)),
    dismiss: (id: string, objectId: string) => ask('POST', at(id, `failures/${objectId}/dismiss`)),
    rejected: (id: string, query = ''): Promise<RejectedView[]> =>
      pages(at(id, `rejected${query}`), (body) => {
        const { rejected, next } = rejectedSchema.parse(body);
        return { some: rejected, ...(next !== undefined && { next }) };
      }),
    replay: (id: string, messageId: string) => ask('POST', at(id, `rejected/${messageId}/replay`)),
    forget: (id: string, messageId: string) => ask('DELETE', at(id, `rejected/${messageId}`)),
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
