import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import { isAutomatic } from '../../sync/connection.ts';

type Needs = Pick<Services, 'connections' | 'bus' | 'log'>;

/** Asks for a poll of every connection that is switched on and read by itself. */
export async function pollAll(needs: Needs): Promise<void> {
  let asked = 0;
  for await (const connections of needs.connections.list()) {
    const meant = connections.filter((one) => one.enabled && isAutomatic(one));
    const messages = meant.map(({ id }) => toPoll({ connectionId: id, reason: 'timer' }));
    if (messages.length > 0) await needs.bus.send('polls', messages);
    asked += messages.length;
  }
  needs.log.info('polls asked for', { connections: asked });
}
