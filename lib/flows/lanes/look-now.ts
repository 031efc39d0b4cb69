import type { StoredConnection } from '../../ports/connections.ts';
import type { SyncState } from '../../ports/sync-state.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { isEnded, timeOfRun } from '../../sync/run.ts';
import type { PollNeeds } from '../poll/poll-needs.ts';
import { readRound } from '../poll/read-round.ts';

/** After a notification the delta is read again this many seconds later, while it shows nothing. */
const LOOK_AGAIN = [5, 20, 60] as const;
/** While a run is open nothing can be read; its end asks for a round, and this makes sure. */
const AFTER_A_RUN_SECONDS = 5;
/** So many at once are a storm: more will come, and one look is to show many of them. */
const STORM_OBJECTS = 50;
const BETWEEN_STORM_LOOKS = 30_000;

type Objects = NonNullable<PollMessage['objects']>;

/**
 * Graph said that something moved: looks now, and looks again until the delta shows what was named;
 * after a minute the timer has it. A message ends at once only where a complete round began after
 * it, and showed its objects: so no word is lost, and a storm of them costs a few rounds.
 */
export async function lookNow(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  message: PollMessage,
): Promise<void> {
  const { at = needs.clock.now(), attempt = 0 } = message;
  const { completeSince } = state.checkpoint;
  const isPast = completeSince !== null && completeSince > at;
  const left = await unseen(needs, connection, { at, isPast, objects: message.objects });
  if (isPast && left.length === 0) return;
  const again = { ...message, at, ...(message.objects && { objects: left }) };
  const storm = stormPause(needs, state, left);
  if (storm > 0) return resend(needs, again, storm);
  const { run } = state;
  if (run && !isEnded(run)) {
    if ((state.look ?? 0) <= (state.checkpoint.beganAt ?? 0))
      await needs.checkpoints.save(connection.id, state, { look: needs.clock.now() });
    return resend(needs, again, patience(needs.clock.now() - at));
  }
  const { shown, isComplete } = await readRound(needs, connection, state, {});
  const missing = left.filter(({ id }) => !shown.has(id));
  // What a storm named late was mostly shown before: it is looked for once more only.
  const tried = missing.length < STORM_OBJECTS ? attempt : attempt * 2 + 1;
  const next = LOOK_AGAIN[tried];
  const isOver = isComplete && missing.length === 0;
  if (isOver || next === undefined) return;
  // Counted from the notification on.
  const delay = Math.max(1, Math.ceil(next - (needs.clock.now() - at) / 1_000));
  const later = { ...again, objects: missing, attempt: tried + 1 };
  await resend(needs, later, delay);
}

/** Seconds to let a storm gather; 0 where there is none, or where nobody has looked for long. */
function stormPause(
  { clock }: Pick<Services, 'clock'>,
  { checkpoint }: SyncState,
  left: Objects,
): number {
  if (left.length < STORM_OBJECTS) return 0;
  const sinceLook = clock.now() - (checkpoint.beganAt ?? 0);
  return Math.max(0, Math.ceil((BETWEEN_STORM_LOOKS - sinceLook) / 1_000));
}

/** Seconds until the next look while a run is open: the longer it takes, the fewer. */
function patience(waited: number): number {
  return Math.min(60, Math.max(AFTER_A_RUN_SECONDS, Math.ceil(waited / 2_000)));
}

/** What a notification named and no run that began after it has shown. */
async function unseen(
  needs: Pick<Services, 'ties'>,
  { id }: StoredConnection,
  word: { at: number; isPast: boolean; objects: Objects | undefined },
): Promise<Objects> {
  const { objects = [], isPast, at } = word;
  // Whatever was shown before the notification came is no answer to it.
  if (!isPast || objects.length === 0) return objects;
  const ties = await needs.ties.read(
    id,
    objects.map((object) => object.id),
  );
  return objects.filter((object) => timeOfRun(ties.get(object.id)?.sighted ?? '') < at);
}

async function resend(
  { bus }: Pick<Services, 'bus'>,
  message: PollMessage,
  delaySeconds: number,
): Promise<void> {
  await bus.send('polls', [{ ...toPoll(message), delaySeconds }]);
}
