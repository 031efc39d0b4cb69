import type { Prices } from './prices.ts';
import { HOURS_A_MONTH, type Load, plus, type Usage, usageOf } from './usage.ts';

/** One line of an estimate. */
export interface Line {
  readonly name: string;
  /** Absent where it is not a matter of operations. */
  readonly usage?: Usage;
  readonly dollars: number;
}

/** What a load costs. */
export interface Estimate {
  /** A month, line by line; grants are negative. */
  readonly monthly: readonly Line[];
  readonly dollarsAMonth: number;
  /** The initial imports. */
  readonly once: Line;
}

/** Memory of an instance as main.bicep sets it. */
const INSTANCE_GB = 2;

/** The least that an execution is billed for; most take less (Azure docs: consumption costs). */
const SECONDS_AN_EXECUTION = 1;

/** Sent, delivered, completed, and a session's acceptance and renewals. */
const OPERATIONS_A_MESSAGE = 5;

/** Rows in Table Storage, sealed values and look-ups included. */
const STORED_KB = { user: 6, group: 4, membership: 1 };

const LOG_KB_AN_EXECUTION = 3;

/** The rules of modules/alerts.bicep: by frequency, and the dead letters of two queues. */
const ALERTS = { every5Minutes: 4, every15Minutes: 2, metricSeries: 2 };

/**
 * What a load costs at the given prices: an upper bound, because executions that overlap on one
 * instance are billed once. Pure arithmetic.
 */
export function estimate(load: Load, prices: Prices): Estimate {
  const { timers, idle, changes, resyncs, imports } = usageOf(load);
  const lineOf = (name: string, usage: Usage): Line => ({
    name,
    usage,
    dollars: priceOf(usage, prices),
  });
  const monthly = [
    ...fixedLines(prices),
    lineOf('timers', timers),
    lineOf('idle connections', idle),
    lineOf('changes', changes),
    lineOf('weekly resyncs', resyncs),
    { name: 'stored rows', dollars: storedGb(load) * prices.tables.gbMonth },
    { name: 'grants and included', dollars: -grants(plus(timers, idle, changes, resyncs), prices) },
  ];
  return {
    monthly,
    dollarsAMonth: monthly.reduce((sum, { dollars }) => sum + dollars, 0),
    once: lineOf('initial imports', imports),
  };
}

/** What a deployment costs that has nothing to do. */
function fixedLines({ functions, bus, alerts }: Prices): readonly Line[] {
  const readyGbSeconds = INSTANCE_GB * HOURS_A_MONTH * 3_600;
  const watching =
    ALERTS.every5Minutes * alerts.every5Minutes +
    ALERTS.every15Minutes * alerts.every15Minutes +
    ALERTS.metricSeries * alerts.metricSeries;
  return [
    { name: 'always-ready instance', dollars: readyGbSeconds * functions.readyBaselineGbSecond },
    { name: 'Service Bus, base price', dollars: HOURS_A_MONTH * bus.hour },
    { name: 'alerts', dollars: watching },
  ];
}

function priceOf(usage: Usage, prices: Prices): number {
  const { functions, bus, tables, vault, logs } = prices;
  const { executions, requests, messages, transactions, secrets } = usage;
  const seconds = (count: number) => count * SECONDS_AN_EXECUTION * INSTANCE_GB;
  return (
    seconds(executions) * functions.onDemandGbSecond +
    seconds(requests) * functions.readyGbSecond +
    ((executions + requests) / 1e6) * functions.millionExecutions +
    ((messages * OPERATIONS_A_MESSAGE) / 1e6) * bus.millionOperations +
    (transactions / 1e4) * tables.tenThousandTransactions +
    (secrets / 1e4) * vault.tenThousandOperations +
    logGb(usage) * logs.gb
  );
}

/** What a month's usage has free; on-demand executions alone have grants. */
function grants(usage: Usage, { functions, bus, logs }: Prices): number {
  const { executions, messages } = usage;
  const gbSeconds = executions * SECONDS_AN_EXECUTION * INSTANCE_GB;
  const operations = messages * OPERATIONS_A_MESSAGE;
  return (
    Math.min(gbSeconds, functions.freeGbSeconds) * functions.onDemandGbSecond +
    (Math.min(executions, functions.freeExecutions) / 1e6) * functions.millionExecutions +
    (Math.min(operations, bus.includedOperations) / 1e6) * bus.millionOperations +
    Math.min(logGb(usage), logs.freeGb) * logs.gb
  );
}

function logGb({ executions, requests }: Usage): number {
  return ((executions + requests) * LOG_KB_AN_EXECUTION) / 1e6;
}

function storedGb({ connections, users, groups, memberships }: Load): number {
  const { user, group, membership } = STORED_KB;
  return (connections * (users * user + groups * group + memberships * membership)) / 1e6;
}
