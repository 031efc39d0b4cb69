import { randomUUID } from 'node:crypto';
import { type AppError, hasCode } from '../errors.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { Outage, SyncState } from '../ports/sync-state.ts';
import type { Services } from '../ports.ts';
import { outsideRuns, toLane, toPoll } from '../sync/addressed.ts';
import { appOf } from './sides.ts';
import { raise } from './upkeep/raise.ts';

type Needs = Pick<Services, 'bus' | 'checkpoints' | 'clock' | 'directories' | 'log'>;

/** Seconds before each probe; the last one repeats. */
const PROBES = [15, 30, 60, 120, 240, 480, 900] as const;
const LAST_PROBE = 900;
/** A probe that should have come by so many milliseconds ago was lost. */
const LOST_AFTER = 120_000;
/** An outage that follows within this time on another one is the same. */
const RELAPSE_MILLISECONDS = 15 * 60_000;

/** How many links the first lane does at once after an outage; the rate doubles from there. */
const FIRST_DRAIN = 25;

/** Longer than a worker goes by what it remembers of an outage. */
export const WORD_SECONDS = 6;

/** Any id will do to see whether the application answers. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Writes down that the application cannot be reached, and plans the probe that asks again. */
export async function beginOutage(
  needs: Pick<Services, 'alerts' | 'bus' | 'clock' | 'outages' | 'log'>,
  connectionId: string,
  error: AppError,
): Promise<void> {
  const { code, message } = error;
  const since = new Date(needs.clock.now()).toISOString();
  const outage = planned(needs, { ...(await previous(needs, connectionId, since)), code, message });
  await sendProbe(needs, connectionId, outage);
  await raise(needs, connectionId, {
    kind: 'side-unavailable',
    at: Date.parse(outage.since),
    subject: 'app',
    audience: 'all',
    reason: code,
  });
  if (await needs.outages.begin(connectionId, outage))
    needs.log.warn('the application cannot be reached', { connectionId, code });
}

/**
 * An application that answers the probe and fails at work again has not been back: the outage goes on
 * where it stood, so that the pauses grow all the same.
 */
async function previous(
  needs: Pick<Services, 'clock' | 'outages'>,
  connectionId: string,
  since: string,
): Promise<Pick<Outage, 'since' | 'probes' | 'endedAt'>> {
  const last = await needs.outages.last(connectionId);
  const isRecent = last !== null && needs.clock.now() - (last.endedAt ?? 0) < RELAPSE_MILLISECONDS;
  if (!isRecent) return { since, probes: 0, endedAt: null };
  return { since: last.since, probes: last.probes + 1, endedAt: null };
}

function planned(
  { clock }: Pick<Needs, 'clock'>,
  outage: Omit<Outage, 'probe' | 'probeAt'>,
): Outage {
  const seconds = PROBES[outage.probes] ?? LAST_PROBE;
  return { ...outage, probe: randomUUID(), probeAt: clock.now() + seconds * 1_000 };
}

/** Sent before the outage is written down: a probe that nobody planned asks nothing. */
async function sendProbe(
  needs: Pick<Needs, 'bus' | 'clock'>,
  connectionId: string,
  { probe, probeAt }: Outage,
): Promise<void> {
  const delaySeconds = Math.max(0, Math.ceil((probeAt - needs.clock.now()) / 1_000));
  const message = toPoll({ connectionId, reason: 'probe', probe });
  await needs.bus.send('polls', [{ ...message, delaySeconds }]);
}

/**
 * Asks an application that was down whether it answers again. If it does, its lanes do what was left
 * undone, one after the other; if not, the next probe is planned.
 * @param probe the one that was planned last, or another, which asks nothing
 */
export async function probeApp(
  needs: Needs,
  connection: StoredConnection,
  state: SyncState,
  probe: string,
): Promise<SyncState> {
  const { outage } = state;
  if (outage?.probe !== probe || outage.endedAt !== null) return state;
  try {
    await appOf(needs, connection).read('user', [NOBODY]);
  } catch (error) {
    if (!hasCode(error, 'unavailable', 'throttled', 'access-denied', 'credential-refused'))
      throw error;
    const { code, message } = error;
    return planAgain(needs, connection, state, {
      ...outage,
      code,
      message,
      probes: outage.probes + 1,
    });
  }
  const drain = drainMessage(needs, connection, { lane: 0, limit: FIRST_DRAIN, probe });
  await needs.bus.send('changes', [{ ...drain, delaySeconds: WORD_SECONDS }]);
  needs.log.info('the application is back', { connectionId: connection.id });
  const over = { ...outage, endedAt: needs.clock.now() };
  return needs.checkpoints.save(connection.id, state, { outage: over });
}

async function planAgain(
  needs: Needs,
  connection: StoredConnection,
  state: SyncState,
  outage: Omit<Outage, 'probe' | 'probeAt'>,
): Promise<SyncState> {
  const next = planned(needs, outage);
  await sendProbe(needs, connection.id, next);
  return needs.checkpoints.save(connection.id, state, { outage: next });
}

/** A probe that was lost on the way is planned anew. */
export async function keepProbing(
  needs: Needs,
  connection: StoredConnection,
  state: SyncState,
): Promise<SyncState> {
  const { outage } = state;
  if (!outage || outage.endedAt !== null) return state;
  if (needs.clock.now() < outage.probeAt + LOST_AFTER) return state;
  return planAgain(needs, connection, state, outage);
}

/** Tells a lane to do what an outage left undone. */
export function drainMessage(
  { clock }: Pick<Needs, 'clock'>,
  connection: StoredConnection,
  { lane, limit, probe }: { readonly lane: number; readonly limit: number; readonly probe: string },
) {
  const envelope = outsideRuns(connection, clock.now());
  return toLane({ ...envelope, lane, kind: 'drain', limit, probe });
}
