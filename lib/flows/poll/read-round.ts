import type { StoredConnection } from '../../ports/connections.ts';
import type { Checkpoint, SyncState } from '../../ports/sync-state.ts';
import { toLane } from '../../sync/addressed.ts';
import type { Kind } from '../../sync/entry.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { splitPage } from '../../sync/page.ts';
import { isEnded, isPartial } from '../../sync/run.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { beginRun, fullKind } from './begin-run.ts';
import { goWithout, type ReadPage, readAnew } from './go-without.ts';
import { isBehind, isInFullRun, later, type Round } from './pace.ts';
import type { PollNeeds } from './poll-needs.ts';
import { readPages } from './read-pages.ts';
import { recordError } from './record-error.ts';
import { saveLink } from './save-link.ts';

/** No poll works longer in one go; the rest goes on by a message. */
const PAUSE_SECONDS = 1;
/** What a reading came to. */
export type Reading = Pick<Round, 'shown' | 'isComplete'>;

/** What a poll is to read. */
export interface Wanted {
  /** The run that somebody was promised. */
  readonly runId?: string | undefined;
  /** Who that was. */
  readonly by?: string | undefined;
  /** A full run is due. */
  readonly isFull?: boolean;
  readonly behind?: PollMessage['behind'];
}

/**
 * Reads pages from the checkpoint on, sends each page's items to their lanes, then saves the page's
 * link: a crash in between repeats a page, which is harmless. An idle round saves the checkpoint,
 * nothing else.
 */
export async function readRound(
  needs: PollNeeds,
  connection: StoredConnection,
  state: SyncState,
  { runId, by, isFull = false, behind }: Wanted,
): Promise<Reading> {
  const round: Round = {
    connection,
    state,
    hasEpoch: false,
    handled: 0,
    behind,
    promisedRunId: runId,
    promisedBy: by,
    isFull,
    beganAt: beginOf(state.checkpoint) ?? needs.clock.now(),
    refusal: state.run && isPartial(state.run) && !isEnded(state.run) ? lastErrorIn(state) : null,
    shown: new Set(),
    isComplete: false,
  };
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  for (;;) {
    if (await isBehind(needs, round)) {
      await later(needs, round, PAUSE_SECONDS);
      return round;
    }
    const page = await readPage(needs, round);
    if (page === 'last') return round;
    // Going on after an empty page starts nothing that a switch could have meant to stop.
    const current = page === 'empty' ? connection : await needs.connections.get(connection.id);
    if (!current?.enabled || needs.clock.now() > deadline) {
      await later(needs, round, 0);
      return round;
    }
  }
}

/** An open round's beginning; null where a new one begins. */
function beginOf({ reading, beganAt }: Checkpoint): number | null {
  return reading === null ? null : beganAt;
}

/** Reads and hands on one page. @returns `last` where the poll's work ends with it */
async function readPage(needs: PollNeeds, round: Round): Promise<'last' | 'empty' | 'full'> {
  if (isFromScratch(round)) await beginRun(needs, round, fullKind(round.state.checkpoint));
  const { checkpoint } = round.state;
  const kind = readingNow(round.state);
  let page: ReadPage;
  try {
    const feed = needs.directories.entra(round.connection);
    const link = checkpoint.links[kind];
    const isFull = isInFullRun(round.state);
    const mayGoOn = async () =>
      (await needs.connections.get(round.connection.id))?.enabled === true;
    page = isFull
      ? await readPages(feed, kind, { link, mayGoOn })
      : await feed.readPage(kind, link);
    // A round cannot bring all of what was refused when all the rest was read: a full run can.
    if (!isFull && link === null) page = await readAnew(needs, round);
  } catch (error) {
    const passed = await goWithout(needs, round, kind, error);
    if (!passed) {
      await recordError(needs, round, error);
      return 'last';
    }
    page = passed;
  }
  for (const { id } of page.items) round.shown.add(id);
  if (page.items.length > 0) await handOn(needs, round, page);
  if (await saveLink(needs, round, kind, page)) return 'last';
  return page.items.length > 0 ? 'full' : 'empty';
}

function lastErrorIn({ checkpoint }: SyncState): Checkpoint['lastError'] {
  return checkpoint.lastError;
}

function readingNow(state: SyncState): Kind {
  if (isInFullRun(state)) return state.run?.phase === 'groups' ? 'group' : 'user';
  return state.checkpoint.reading ?? 'group';
}

function isFromScratch({ state: { checkpoint, run }, isFull }: Round): boolean {
  const noLinks = checkpoint.links.user === null && checkpoint.links.group === null;
  return (noLinks || isFull) && (run === null || isEnded(run));
}

async function handOn(needs: PollNeeds, round: Round, page: ReadPage): Promise<void> {
  const run = await beginRun(needs, round, 'incremental');
  const { id: connectionId, settingsVersion } = round.connection;
  const sent = [...run.sent];
  // A run for new rules reads nothing.
  const runKind = run.kind === 'rules' ? 'incremental' : run.kind;
  const messages = [...splitPage(page.items)].flatMap(([lane, batches]) =>
    batches.map((items) => {
      const n = (sent[lane] ?? 0) + 1;
      sent[lane] = n;
      const envelope = { v: 1 as const, connectionId, lane, runId: run.id, settingsVersion };
      const place = { epoch: round.state.checkpoint.epoch, runKind, phase: run.phase, n };
      return toLane({ ...envelope, ...place, kind: 'items', items });
    }),
  );
  await needs.bus.send('changes', messages);
  round.state = { ...round.state, run: { ...run, sent } };
}
