import type { Services } from '../ports.ts';
import { toPoll } from '../sync/addressed.ts';

/** The SCIM service remembers a connection's settings for 15 seconds. */
const REMEMBERED_SECONDS = 20;

/**
 * Asks for a poll of what the application writes until every process knows that it concerns somebody:
 * until then nobody is told of it.
 */
export async function pollWritten(
  { bus }: Pick<Services, 'bus'>,
  connectionId: string,
): Promise<void> {
  const message = toPoll({ connectionId, reason: 'written' });
  await bus.send('polls', [{ ...message, delaySeconds: REMEMBERED_SECONDS }]);
}
