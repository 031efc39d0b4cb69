import type { LogLevel } from './core-types.ts';

const LEVELS: readonly LogLevel[] = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
];

/** One line of the host's log. */
interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly category?: string;
  readonly function?: string;
  readonly invocationId?: string;
  readonly error?: string;
}

export type Log = (entry: LogEntry) => void;

/**
 * A log that writes one JSON line an entry to stderr, from the level named by `LOG_LEVEL` up
 * (default: warning).
 */
export function createLog(threshold = process.env.LOG_LEVEL ?? 'warning'): Log {
  const names: readonly string[] = LEVELS;
  const named = names.indexOf(threshold.toLowerCase());
  const lowest = named < 0 ? names.indexOf('warning') : named;
  return (entry) => {
    if (LEVELS.indexOf(entry.level) < lowest) return;
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  };
}

/** An error with its causes, for a log line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${describeError(error.cause)}`;
}
