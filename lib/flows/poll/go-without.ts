import { AppError } from '../../errors.ts';
import type { Page } from '../../ports/entra.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { Kind } from '../../sync/entry.ts';
import { askForResync } from '../../sync/resyncs.ts';
import { raiseEntraError } from '../upkeep/raise-entra-error.ts';
import { isInFullRun, type Round } from './pace.ts';
import { lastErrorOf, otherKind, passedOver } from './pass-over.ts';
import type { PollNeeds } from './poll-needs.ts';

/** A page as it was read, or what stands for it: null = the next reading begins anew. */
export type ReadPage = Omit<Page, 'deltaLink'> & { readonly deltaLink?: string | null };

/** Goes on without a kind that may not be read. @returns undefined where it cannot */
export async function goWithout(
  needs: PollNeeds,
  round: Round,
  kind: Kind,
  error: unknown,
): Promise<ReadPage | undefined> {
  const passed = passedOver(round.state, kind, error);
  if (!passed) return undefined;
  const { connection, state } = round;
  const { run, checkpoint } = state;
  const isFull = isInFullRun(state);
  // Where nobody may be read it waits: it goes on from here when that is mended.
  if (isFull && kind === 'group' && !(await mayRead(needs, round, otherKind(kind))))
    return undefined;
  const { code } = passed.refusal;
  const connectionId = connection.id;
  needs.log.warn('a kind may not be read', { connectionId, kind, code });
  const now = needs.clock.now();
  round.refusal ??= lastErrorOf(state, passed.refusal, now);
  const since = Date.parse(round.refusal.since ?? round.refusal.at);
  if (isFull || checkpoint.lastError === null)
    await raiseEntraError(needs, connectionId, { code, since });
  if (isFull && run)
    round.state = { ...state, run: { ...run, unread: [...(run.unread ?? []), kind] } };
  return passed.page;
}

async function mayRead(needs: PollNeeds, { connection }: Round, kind: Kind): Promise<boolean> {
  try {
    await needs.directories.entra(connection).readPage(kind, null);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** What was refused may be read again: all of it is, at once. */
export async function readAnew(needs: PollNeeds, round: Round): Promise<ReadPage> {
  const { connection, state } = round;
  if (state.resyncs.notBefore > 0 || state.resyncs.asked <= state.resyncs.done) {
    const resyncs = askForResync(state.resyncs, { isUrgent: true });
    round.state = await needs.checkpoints.save(connection.id, state, { resyncs });
  }
  await needs.bus.send('polls', [toPoll({ connectionId: connection.id, reason: 'resync' })]);
  return { items: [], deltaLink: null };
}
