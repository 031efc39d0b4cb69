import { type Connection, isAutomatic } from './connection.ts';
import type { PollMessage } from './messages.ts';
import { isEnded, type Run } from './run.ts';

type Reason = PollMessage['reason'];

/** What somebody asked for, and what goes on with it. */
const ASKED: ReadonlySet<Reason> = new Set(['sync-now', 'resync', 'continue', 'decide']);

/**
 * Whether a poll is to do nothing, because its connection is read only when somebody asks.
 *
 * | reason | a run is open | none is |
 * | --- | --- | --- |
 * | sync-now, resync, continue, decide | goes on | may begin one |
 * | notified | nothing | nothing |
 * | any other | goes on | nothing |
 *
 * @param run the open run, or the last one
 */
export function waitsForWord(
  connection: Pick<Connection, 'automatic'>,
  run: Run | null,
  reason: Reason,
): boolean {
  if (isAutomatic(connection) || ASKED.has(reason)) return false;
  return reason === 'notified' || run === null || isEnded(run);
}

/** Whether what the application has written is taken in before the poll's own work. */
export function bringsWritten(connection: Pick<Connection, 'automatic'>, reason: Reason): boolean {
  if (isAutomatic(connection)) return reason === 'enabled';
  return reason === 'sync-now' || reason === 'resync';
}
