import type { Services } from '../ports.ts';
import { toPoll } from '../sync/addressed.ts';

type Needs = Pick<Services, 'connections' | 'bus' | 'log'>;

/** Asks for a poll of every connection that is switched on. */
export async function pollAll(needs: Needs): Promise<void> {
  let asked = 0;
  for await (const connections of needs.connections.list()) {
    const enabled = connections.filter((connection) => connection.enabled);
    const messages = enabled.map(({ id }) => toPoll({ connectionId: id, reason: 'timer' }));
    if (messages.length > 0) await needs.bus.send('polls', messages);
    asked += messages.length;
  }
  needs.log.info('polls asked for', { connections: asked });
}
