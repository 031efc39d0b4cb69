import { laneSession } from './lanes.ts';
import type { LaneEnvelope, LaneMessage, PollMessage } from './messages.ts';
import { newRunId } from './run.ts';

/** A message with the Service Bus session that keeps it in order. */
export interface Addressed<Body> {
  readonly session: string;
  readonly body: Body;
}

/** To the poll of a connection, whose session is the connection itself. */
export function toPoll(message: Omit<PollMessage, 'v'>): Addressed<PollMessage> {
  return { session: message.connectionId, body: { ...message, v: 1 } };
}

/** To the lane that the message names. */
export function toLane<Message extends LaneMessage>(message: Message): Addressed<Message> {
  return { session: laneSession(message.connectionId, message.lane), body: message };
}

/** The envelope alone of a message, for another one of the same run. */
export function envelopeOf(message: LaneEnvelope): LaneEnvelope {
  const { v, connectionId, lane, runId, epoch, settingsVersion } = message;
  return { v, connectionId, lane, runId, epoch, settingsVersion };
}

/**
 * The envelope of what lanes are told outside of a run: no run has its id, so no counter finds it,
 * and its epoch overtakes nobody.
 * @param now milliseconds since 1970
 */
export function outsideRuns(
  connection: { readonly id: string; readonly settingsVersion: number },
  now: number,
): Omit<LaneEnvelope, 'lane'> {
  const { id: connectionId, settingsVersion } = connection;
  return { v: 1, connectionId, runId: newRunId(now), epoch: 0, settingsVersion };
}
