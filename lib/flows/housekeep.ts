import type { Services } from '../ports.ts';
import { collectDeadLetters } from './collect-dead-letters.ts';

type Needs = Pick<Services, 'bus' | 'clock' | 'connections' | 'log' | 'rejected'>;

/** Rejected messages are kept for a week. */
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60_000;

/** What is done now and then: dead letters are laid to the rejected messages, old ones thrown away. */
export async function housekeep(needs: Needs): Promise<void> {
  await collectDeadLetters(needs);
  const before = needs.clock.now() - KEPT_MILLISECONDS;
  await needs.rejected.expire('unknown', before);
  for await (const connections of needs.connections.list())
    for (const { id } of connections) await needs.rejected.expire(id, before);
}
