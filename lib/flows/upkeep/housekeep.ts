import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane, toPoll } from '../../sync/addressed.ts';
import { isAutomatic } from '../../sync/connection.ts';
import { laneCount } from '../../sync/lane-count.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { collectDeadLetters } from './collect-dead-letters.ts';
import { expireHistories } from './expire-histories.ts';
import { tellLaneCounts } from './measure.ts';
import { type ExpiryNeeds, tellExpiries } from './tell-expiries.ts';

type Needs = ExpiryNeeds &
  Pick<
    Services,
    | 'alerts'
    | 'audit'
    | 'bus'
    | 'checkpoints'
    | 'clock'
    | 'connections'
    | 'firstPasswords'
    | 'lanes'
    | 'log'
    | 'plans'
    | 'rejected'
  >;

/** Rejected messages, plans and first passwords are kept for a week. */
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60_000;

/**
 * What is done once an hour: dead letters are laid to the rejected messages, old ones thrown away,
 * and lanes in which something waits are told, should the message that was to tell them be lost. So
 * are polls of what the application has written. Credentials that end soon are told of. How many
 * objects are in step is noted for the list of connections.
 */
export async function housekeep(needs: Needs): Promise<void> {
  await collectDeadLetters(needs);
  const before = needs.clock.now() - KEPT_MILLISECONDS;
  await needs.rejected.expire('unknown', before);
  for await (const connections of needs.connections.list())
    for (const connection of connections) {
      await needs.rejected.expire(connection.id, before);
      await needs.plans.expire(connection.id, before);
      await tellExpiries(needs, connection);
      await needs.firstPasswords.expire(connection.id, before);
      await expireHistories(needs, connection);
      await tendAlerts(needs, connection.id);
      if (connection.welcome)
        await needs.bus.send('polls', [toPoll({ connectionId: connection.id, reason: 'welcome' })]);
      if (!connection.enabled) continue;
      await remindLanes(needs, connection);
      if (!isAutomatic(connection)) continue;
      const { id: connectionId } = connection;
      await needs.bus.send('polls', [toPoll({ connectionId, reason: 'written' })]);
    }
}

const ALERTS_MILLISECONDS = 90 * 24 * 60 * 60_000;

/** Old ones are thrown away; whoever is to be told of others is, should the message be lost. */
async function tendAlerts(
  { alerts, bus, clock }: Pick<Needs, 'alerts' | 'bus' | 'clock'>,
  connectionId: string,
): Promise<void> {
  await alerts.expire(connectionId, clock.now() - ALERTS_MILLISECONDS);
  if ((await alerts.open(connectionId)).length > 0)
    await bus.send('polls', [toPoll({ connectionId, reason: 'alert' })]);
}

async function remindLanes(
  needs: Pick<Needs, 'bus' | 'checkpoints' | 'clock' | 'lanes' | 'log'>,
  connection: StoredConnection,
): Promise<void> {
  const lanes = await needs.lanes.read(connection.id);
  tellLaneCounts(needs, connection.id, lanes);
  const now = needs.clock.now();
  const counts = lanes.map((lane) => [lane.lane, laneCount(lane, now)] as const);
  await needs.checkpoints.count(connection.id, new Map(counts));
  const envelope = outsideRuns(connection, now);
  const waiting = lanes.filter((lane) => lane.failures > 0 || lane.owed);
  const messages = waiting.map(({ lane }) => toLane({ ...envelope, lane, kind: 'retry' }));
  if (messages.length > 0) await needs.bus.send('changes', messages);
  const undecided = lanes.reduce(
    (bits, lane) => (lane.removals > 0 ? bits | (1 << lane.lane) : bits),
    0,
  );
  if (undecided !== 0) await askForDecision(needs, connection.id, undecided);
}
