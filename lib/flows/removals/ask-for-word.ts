import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';

/** Has the poll look for what the application has written, and deleted, and was not heard of yet. */
export async function askForWord(
  { bus }: Pick<Services, 'bus'>,
  connectionId: string,
): Promise<void> {
  await bus.send('polls', [toPoll({ connectionId, reason: 'written' })]);
}
