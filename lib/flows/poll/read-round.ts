import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Page } from '../../ports/entra.ts';
import type { Checkpoint, SyncState } from '../../ports/sync-state.ts';
import { toLane, toPoll } from '../../sync/addressed.ts';
import type { Kind } from '../../sync/entry.ts';
import type { PollMessage } from '../../sync/messages.ts';
import { splitPage } from '../../sync/page.ts';
import { askForResync } from '../../sync/resyncs.ts';
import { goesByNesting, keyOf, rulesOf } from '../../sync/rules/rules-of.ts';
import {
  endReading,
  isEnded,
  isFullRun,
  isPartial,
  newRunId,
  openRun,
  type Run,
  type RunKind,
} from '../../sync/run.ts';
import { raiseEntraError } from '../upkeep/raise-entra-error.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { endRun } from './end-run.ts';
import { isBehind, later, type Round } from './pace.ts';
import { lastErrorOf, otherKind, passedOver } from './pass-over.ts';
import type { PollNeeds } from './poll.ts';
import { readPages } from './read-pages.ts';
import { tellLanes } from './tell-lanes.ts';

/** No poll works longer in one go; the rest goes on by a message. */
const PAUSE_SECONDS = 1;
/** After an error in the middle of a run, where the other side names no time. */
const RETRY_SECONDS = 30;

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
  if (isFromScratch(round)) await begin(needs, round, fullKind(round.state.checkpoint));
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
    const passed = await passOver(needs, round, kind, error);
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

/** A page as it was read, or what stands for it: null = the next reading begins anew. */
type ReadPage = Omit<Page, 'deltaLink'> & { readonly deltaLink?: string | null };

function lastErrorIn({ checkpoint }: SyncState): Checkpoint['lastError'] {
  return checkpoint.lastError;
}

/** Goes on without a kind that may not be read. @returns undefined where it cannot */
async function passOver(
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
async function readAnew(needs: PollNeeds, round: Round): Promise<ReadPage> {
  const { connection, state } = round;
  if (state.resyncs.notBefore > 0 || state.resyncs.asked <= state.resyncs.done) {
    const resyncs = askForResync(state.resyncs, { isUrgent: true });
    round.state = await needs.checkpoints.save(connection.id, state, { resyncs });
  }
  await needs.bus.send('polls', [toPoll({ connectionId: connection.id, reason: 'resync' })]);
  return { items: [], deltaLink: null };
}

function isInFullRun({ run }: SyncState): boolean {
  return run !== null && !isEnded(run) && isFullRun(run);
}

function readingNow(state: SyncState): Kind {
  if (isInFullRun(state)) return state.run?.phase === 'groups' ? 'group' : 'user';
  return state.checkpoint.reading ?? 'group';
}

function isFromScratch({ state: { checkpoint, run }, isFull }: Round): boolean {
  const noLinks = checkpoint.links.user === null && checkpoint.links.group === null;
  return (noLinks || isFull) && (run === null || isEnded(run));
}

/** Where nothing was ever told to a lane, nothing can be missing. */
function fullKind({ epoch }: Checkpoint): RunKind {
  return epoch === 0 ? 'initial' : 'resync';
}

/** Raises the epoch, and opens a run if none is open: one transaction, before the first message. */
async function begin(needs: PollNeeds, round: Round, kind: RunKind): Promise<Run> {
  const { run, checkpoint } = round.state;
  const open = run && !isEnded(run) ? run : undefined;
  if (open && round.hasEpoch) return open;
  const now = needs.clock.now();
  const startedAt = new Date(now).toISOString();
  const { asked: generation, runId, by: asking } = round.state.resyncs;
  const isFull = kind !== 'incremental';
  // What it shows was read since the round began: ids tell no later time.
  const id = (isFull ? runId : null) ?? round.promisedRunId ?? newRunId(round.beganAt);
  const rules = rulesOf(round.connection);
  const isScoped = isFull && goesByNesting(rules);
  const full = { generation, isScoped, rulesKey: keyOf(rules) };
  const by = (isFull && runId ? asking : null) ?? round.promisedBy;
  const next = open ?? openRun({ id, kind, startedAt, ...(isFull && full), ...(by && { by }) });
  const scratch = { links: { user: null, group: null }, reading: null };
  // Never one that a deleted connection of the same id has used: lanes may remember it.
  const epoch = Math.max(checkpoint.epoch + 1, now);
  const { beganAt } = round;
  const raised = { ...checkpoint, epoch, beganAt, ...(isFull && !open && scratch) };
  round.state = await needs.checkpoints.save(round.connection.id, round.state, {
    checkpoint: raised,
    ...(!open && { run: next }),
    ...(!open && isFull && runId && { resyncs: { ...round.state.resyncs, runId: null, by: null } }),
  });
  round.hasEpoch = true;
  if (!open) needs.log.info('run begun', { connectionId: round.connection.id, runId: id, kind });
  return next;
}

async function handOn(needs: PollNeeds, round: Round, page: ReadPage): Promise<void> {
  const run = await begin(needs, round, 'incremental');
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

/** Saves where to read on. @returns whether the round, or the phase of a full run, is at its end */
async function saveLink(
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

/** A round that somebody asked for and that found nothing, or could not look. */
async function keepPromise(
  needs: PollNeeds,
  round: Round,
  state: 'completed' | 'incomplete',
): Promise<void> {
  const now = new Date(needs.clock.now()).toISOString();
  const id = round.promisedRunId ?? newRunId(needs.clock.now());
  const by = round.promisedBy;
  const opened = openRun({ id, kind: 'incremental', startedAt: now, ...(by && { by }) });
  const ended: Run = { ...opened, reading: false, state, endedAt: now };
  round.state = await endRun(needs, round.connection.id, round.state, ended);
}

/** The first full run whose links expire is followed by another at once; later ones wait. */
function mayBeginAtOnce(needs: PollNeeds, { connection, state }: Round): Promise<SyncState> {
  const resyncs = { ...state.resyncs, notBefore: 0 };
  return needs.checkpoints.save(connection.id, state, { resyncs });
}

/** A side that cannot be read is nothing to redeliver for: it is written down, and asked again. */
async function recordError(needs: PollNeeds, round: Round, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) throw error;
  const { checkpoint, run } = round.state;
  const at = new Date(needs.clock.now()).toISOString();
  const lastError = lastErrorOf(round.state, error, needs.clock.now());
  const connectionId = round.connection.id;
  needs.log.warn('the Entra side could not be read', { connectionId, code: error.code });
  const expired = error.code === 'checkpoint-expired';
  const links = expired ? { user: null, group: null } : checkpoint.links;
  const reading = expired ? null : checkpoint.reading;
  const next: Checkpoint = { ...checkpoint, links, reading, lastError };
  round.state = await needs.checkpoints.save(connectionId, round.state, { checkpoint: next });
  await raiseEntraError(needs, connectionId, {
    code: error.code,
    since: Date.parse(lastError.since ?? at),
  });
  const open = run && !isEnded(run) ? run : null;
  if (open && expired) {
    const ended: Run = { ...open, reading: false, state: 'incomplete', endedAt: at };
    round.state = await endRun(needs, connectionId, round.state, ended);
  }
  if (expired) {
    // A full run whose own links expire would begin again and again without a pause.
    const isFull = open !== null && isFullRun(open);
    const { failures } = round.state.resyncs;
    if (isFull && failures <= 1) round.state = await mayBeginAtOnce(needs, round);
    const pause = isFull ? RETRY_SECONDS : 0;
    return later(needs, { ...round, promisedRunId: open ? undefined : round.promisedRunId }, pause);
  }
  const isAwaited = open !== null || round.promisedRunId !== undefined;
  if (isAwaited && error.retryable)
    return later(needs, round, error.retryAfterSeconds ?? RETRY_SECONDS);
  if (!open && round.promisedRunId !== undefined) await keepPromise(needs, round, 'incomplete');
}
