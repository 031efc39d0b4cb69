/** What is kept in step; users, groups, memberships and changes are each connection's. */
export interface Load {
  readonly connections: number;
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  /** Objects that change in Entra. */
  readonly changesPerDay: number;
}

/** What some work asks of Azure and Graph. */
export interface Usage {
  /** Graph charges nothing; its limits are each tenant's. */
  readonly graphRequests: number;
  readonly messages: number;
  readonly transactions: number;
  readonly secrets: number;
  /** Executions that queues and timers begin. */
  readonly executions: number;
  /** Those that come by HTTP, to the always-ready instance. */
  readonly requests: number;
}

/** What a load asks for in a month, work by work; `imports` once. */
export interface LoadUsage {
  readonly timers: Usage;
  readonly idle: Usage;
  readonly changes: Usage;
  readonly resyncs: Usage;
  readonly imports: Usage;
}

export const HOURS_A_MONTH = 730;
const DAYS_A_MONTH = HOURS_A_MONTH / 24;
const WEEKS_A_MONTH = DAYS_A_MONTH / 7;

/** Polls: every three minutes. Subscriptions: every fifteen. Housekeeping: once an hour. */
const RUNS_AN_HOUR = { polls: 20, subscriptions: 4, housekeeping: 1 };

/** Counted by the benchmarks; docs/architecture.md, "Cost". */
const IDLE_POLL = usage({ graphRequests: 2, messages: 1, transactions: 4, executions: 1 });
const CHANGE = usage({ graphRequests: 2, messages: 3, transactions: 12, executions: 3 });
const IMPORT = { object: 1, membership: 0.4, fixed: 500 };
const RESYNC = { object: 0.5, membership: 0, fixed: 0 };

/** Read off the code, not measured: rows and questions of the timers for each connection. */
const SUBSCRIPTIONS_LOOK = usage({ graphRequests: 1, transactions: 5 });
const HOUSEKEEPING_LOOK = usage({ messages: 1, transactions: 22, executions: 1 });

/** What a poll or a change asks of the vault where nothing is remembered. */
const SECRETS_A_POLL = 2;

const PAGE = { objects: 200, memberships: 1_000 };
const LANES = 16;
/** A full run's phases, each begun and ended in every lane. */
const PHASES = 7;

/** What a load asks for. Pure arithmetic. */
export function usageOf(load: Load): LoadUsage {
  const { connections } = load;
  const { polls, subscriptions, housekeeping } = RUNS_AN_HOUR;
  const perMonth = (runs: number, one: Usage) => times(one, runs * HOURS_A_MONTH);
  const idle = plus(
    perMonth(polls, { ...IDLE_POLL, secrets: SECRETS_A_POLL }),
    perMonth(subscriptions, SUBSCRIPTIONS_LOOK),
    perMonth(housekeeping, HOUSEKEEPING_LOOK),
  );
  const change = { ...CHANGE, secrets: SECRETS_A_POLL, requests: 1 };
  return {
    timers: perMonth(polls + subscriptions + housekeeping, usage({ executions: 1 })),
    idle: times(idle, connections),
    changes: times(change, connections * load.changesPerDay * DAYS_A_MONTH),
    resyncs: times(fullRun(load, RESYNC), connections * WEEKS_A_MONTH),
    imports: times(fullRun(load, IMPORT), connections),
  };
}

/** A reading from scratch: delta pages, and a message of each to every lane. */
function fullRun(load: Load, cost: typeof IMPORT): Usage {
  const { users, groups, memberships } = load;
  const pages = [users / PAGE.objects, groups / PAGE.objects, memberships / PAGE.memberships]
    .map(Math.ceil)
    .reduce((sum, count) => sum + count, 0);
  const messages = (pages + PHASES) * LANES;
  const transactions = cost.object * (users + groups) + cost.membership * memberships + cost.fixed;
  return usage({ graphRequests: pages, messages, transactions, executions: messages });
}

function usage(known: Partial<Usage>): Usage {
  const none = { graphRequests: 0, messages: 0, transactions: 0 };
  return { ...none, secrets: 0, executions: 0, requests: 0, ...known };
}

function times(one: Usage, count: number): Usage {
  return {
    graphRequests: one.graphRequests * count,
    messages: one.messages * count,
    transactions: one.transactions * count,
    secrets: one.secrets * count,
    executions: one.executions * count,
    requests: one.requests * count,
  };
}

/** The sum of what several works ask for. */
export function plus(...parts: readonly Usage[]): Usage {
  return parts.reduce(
    (sum, part) => ({
      graphRequests: sum.graphRequests + part.graphRequests,
      messages: sum.messages + part.messages,
      transactions: sum.transactions + part.transactions,
      secrets: sum.secrets + part.secrets,
      executions: sum.executions + part.executions,
      requests: sum.requests + part.requests,
    }),
    usage({}),
  );
}
