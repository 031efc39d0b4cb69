import type { Services } from '../../ports.ts';
import { connectionIdSchema } from '../../sync/connection.ts';

type Needs = Pick<Services, 'bus' | 'rejected' | 'log'>;

/** How many are moved at once: what is left is moved the next time. */
const MOST = 500;

/** Moves what the bus has given up delivering to the messages that were rejected. */
export async function collectDeadLetters({ bus, rejected, log }: Needs): Promise<void> {
  const collect = async (queue: 'polls' | 'changes') => {
    const count = await bus.collectDeadLetters(queue, MOST, async (letter) => {
      // Sessions are named after the connection, and its lane.
      const id = connectionIdSchema.safeParse(letter.sessionId.split(':')[0]);
      const connectionId = id.success ? id.data : 'unknown';
      const reason = `the bus gave up: ${letter.reason}`;
      await rejected.store(connectionId, { queue, reason, body: letter.body });
    });
    if (count > 0) log.warn('dead letters collected', { queue, count });
  };
  await Promise.all([collect('polls'), collect('changes')]);
}
