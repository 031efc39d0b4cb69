import type { Checkpoint } from '../../ports/sync-state.ts';
import type { Kind } from '../../sync/entry.ts';
import { endReading, isEnded, isFullRun } from '../../sync/run.ts';
import type { ReadPage } from './go-without.ts';
import { keepPromise } from './keep-promise.ts';
import type { Round } from './pace.ts';
import type { PollNeeds } from './poll-needs.ts';
import { tellLanes } from './tell-lanes.ts';

/** Saves where to read on. @returns whether the round, or the phase of a full run, is at its end */
export async function saveLink(
  needs: PollNeeds,
  round: Round,
  kind: Kind,
  page: ReadPage,
): Promise<boolean> {
  const { checkpoint, run } = round.state;
  const open = run && !isEnded(run) ? run : null;
  const link = page.nextLink ?? page.deltaLink ?? null;
  const links = { ...checkpoint.links, [kind]: link };
  const now = new Date(needs.clock.now()).toISOString();
  const ended = page.deltaLink !== undefined;
  const lastOfRound = ended && kind === 'user';
  const isWhole = lastOfRound && round.refusal === null;
  const next: Checkpoint = {
    ...checkpoint,
    links,
    reading: lastOfRound ? null : ended ? 'user' : kind,
    lastError: round.refusal,
    beganAt: round.beganAt,
    ...(isWhole && { completeSince: round.beganAt }),
    ...(page.items.length > 0 && { lastChangeAt: now }),
    ...(isWhole && { lastRoundAt: now }),
    ...(isWhole && !open && { idleRounds: checkpoint.idleRounds + 1 }),
  };
  const phaseEnds = open !== null && ended && (isFullRun(open) || lastOfRound);
  // An empty last page of groups is not worth a transaction of its own: users follow at once.
  if (ended && !lastOfRound && !phaseEnds && page.items.length === 0) {
    round.state = { ...round.state, checkpoint: next };
    return false;
  }
  const nextRun = open && (phaseEnds ? endReading(open) : open);
  round.state = await needs.checkpoints.save(round.connection.id, round.state, {
    checkpoint: next,
    ...(nextRun && { run: nextRun }),
  });
  round.isComplete = isWhole;
  if (phaseEnds && nextRun) await tellLanes(needs, round.connection, round.state, nextRun.lanes);
  else if (lastOfRound && round.promisedRunId !== undefined)
    await keepPromise(needs, round, isWhole ? 'completed' : 'incomplete');
  return phaseEnds || lastOfRound;
}
