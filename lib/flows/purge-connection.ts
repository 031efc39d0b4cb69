import type { Services } from '../ports.ts';
import type { PollMessage } from '../sync/messages.ts';

type Needs = Pick<Services, 'connections' | 'purge' | 'bus' | 'clock' | 'log'>;

const WORK_MILLISECONDS = 4 * 60_000;

/** Removes what is stored of a connection that was deleted; goes on by a message until all is gone. */
export async function purgeConnection(needs: Needs, message: PollMessage): Promise<void> {
  const { connectionId } = message;
  if (await needs.connections.get(connectionId)) return;
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  const isDone = await needs.purge.purge(connectionId, () => needs.clock.now() > deadline);
  if (isDone) needs.log.info('connection purged', { connectionId });
  else await needs.bus.send('polls', [{ session: connectionId, body: message }]);
}
