import { AppError } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { secretNamesOf } from '../../sync/connection.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { pauseBefore } from '../pause.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { leave } from './leave.ts';

type Needs = Pick<
  Services,
  'bus' | 'clock' | 'connections' | 'directories' | 'lanes' | 'log' | 'purge' | 'secrets' | 'sleep'
>;

/**
 * Removes a connection: first the application's entries, where that was chosen, then what is stored
 * of it; goes on by a message until all is gone.
 */
export async function purgeConnection(
  needs: Needs,
  message: PollMessage,
  deliveryCount: number,
): Promise<void> {
  try {
    await goOn(needs, message);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unknown';
    needs.log.warn('a removal goes back to the bus', { connectionId: message.connectionId, code });
    await pauseBefore(needs, error, deliveryCount);
    throw error;
  }
}

async function goOn(needs: Needs, message: PollMessage): Promise<void> {
  const { connectionId } = message;
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  const isOver = () => needs.clock.now() > deadline;
  const connection = await needs.connections.get(connectionId);
  if (connection) {
    const left = await leave(needs, connection, message.cursor, isOver);
    if (left === 'waits') return;
    if (left !== 'done') return again(needs, { ...message, cursor: left });
    const last = await needs.connections.get(connectionId);
    if (!last?.leaving || last.createdAt !== connection.createdAt) return;
    // The row first, as it stands: a crash leaves a secret behind, not a connection without one.
    await needs.connections.remove(connectionId, last.version);
    for (const name of secretNamesOf(last)) await needs.secrets.remove(name);
  }
  // One of the same id that was made meanwhile keeps what is its own.
  if (await needs.connections.get(connectionId)) return;
  const isDone = await needs.purge.purge(connectionId, isOver);
  if (isDone) needs.log.info('connection purged', { connectionId });
  else await again(needs, message);
}

async function again({ bus }: Pick<Needs, 'bus'>, message: PollMessage): Promise<void> {
  await bus.send('polls', [toPoll(message)]);
}
