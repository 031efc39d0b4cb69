import { AppError, hasCode } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import { type Counters, countedKind } from '../../sync/counters.ts';
import type { Edge } from '../../sync/edge.ts';
import type { ItemsMessage } from '../../sync/messages.ts';
import { dependsOnGroups, rulesOf } from '../../sync/rules/rules-of.ts';
import { type Phase, phaseSchema } from '../../sync/run.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { forgetDropped } from '../edges/write-reverse.ts';
import { carryOut } from '../entries/carry-out.ts';
import type { ApplyNeeds } from './apply.ts';
import { type Folded, type FoldedLink, foldItems } from './fold-items.ts';
import { enterPhase } from './lane-work.ts';
import { remind } from './remind.ts';
import { wakeOthers } from './wake-others.ts';

/**
 * Folds a batch of items into the lane's links and edges, then brings the dirty ones in step.
 * A repeated message is folded again, which changes nothing.
 */
export async function applyItems(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: ItemsMessage,
  how: Trial,
): Promise<void> {
  try {
    await attempt(needs, connection, message, { ...how, isFirst: true });
  } catch (error) {
    // What was thought new is there already, or another worker has written the lane: read it all.
    if (!hasCode(error, 'state-exists', 'state-changed')) throw error;
    await attempt(needs, connection, message, { ...how, isFirst: false });
  }
}

/** Under which circumstances a message is handled. */
export interface Trial {
  /** The application is down. */
  readonly isOffline: boolean;
  /** Somebody may have died over the message. */
  readonly isRedelivered: boolean;
}

/** In the order in which a run goes through them. */
const PHASES: readonly Phase[] = phaseSchema.options;

/** A lane's message takes so many. */
const MOST_LINKS = 1_000;

/** Whether the lane has come as far as the message, or further. */
function isHandled(lane: Lane, { runId, phase, n, epoch }: ItemsMessage): boolean {
  // Another poll of the same run may have cut the pages otherwise.
  if (lane.runId !== runId || lane.phase === null || lane.epoch !== epoch) return false;
  if (lane.phase === phase) return lane.n >= n;
  return PHASES.indexOf(lane.phase) > PHASES.indexOf(phase);
}

/** Whether the lane has handled messages after this one: it is folded no more, for it would undo them. */
function isPast(lane: Lane, message: ItemsMessage): boolean {
  return isHandled(lane, { ...message, n: message.n + 1 });
}

/** In an initial run nothing is known of the objects of a new message: nothing need be read. */
function isNew(lane: Lane, message: ItemsMessage): boolean {
  return message.runKind === 'initial' && message.n > lane.n;
}

async function attempt(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: ItemsMessage,
  { isFirst, isOffline, isRedelivered }: Trial & { readonly isFirst: boolean },
): Promise<void> {
  const opened = await openLane(needs, message);
  if (!opened) return;
  const wasTried = !isFirst || isRedelivered;
  if (message.epoch < opened.epoch || isPast(opened, message)) {
    const { connectionId, lane, epoch } = message;
    needs.log.info('overtaken message dropped', { connectionId, lane, epoch });
    if (wasTried && !isOffline) await setRight(needs, connection, message);
    return;
  }
  // Somebody else has written the lane: perhaps because this message was given to them. If it was not,
  // it comes again.
  if (!isFirst && isHandled(opened, message)) {
    if (!isOffline) await setRight(needs, connection, message);
    throw new AppError('state-changed', 'the lane was taken over');
  }
  const entered = { ...enterPhase(opened, message), epoch: message.epoch };
  const isRepeat = message.n <= entered.n;
  const lane = { ...entered, gap: entered.gap || message.n > entered.n + 1 };
  const tellsOthers = message.runKind === 'incremental';
  const { runId } = message;
  const place = {
    connection,
    lane,
    runId,
    isNew: isFirst && isNew(entered, message),
    isRepeat: isRepeat || !isFirst,
    tellsOthers,
    isResync: message.runKind === 'resync',
    isOffline,
  };
  const folded = await foldItems(needs, place, message.items);
  // Before anything is saved of a link: a group that is back may be marked on its way.
  const moves = [...folded.edges, ...folded.links];
  const woken = await tellStanding(needs, { connection, message }, moves, !tellsOthers);
  const [later, now] = waitForGroups(connection, message, folded.links);
  const carried = await carryOut(needs, place, now);
  const seen = later.flatMap(({ link, from }) => (link === from ? [] : [{ link, from }]));
  const done = { ...carried, writes: [...carried.writes, ...seen] };
  if (tellsOthers) await needs.ties.wait(connection.id, newEdges(folded));
  const read: LaneWrite[] = isRepeat ? [] : [{ nothing: true, count: readCount(message, folded) }];
  await remind(needs, message, done.writes);
  // Edges before links, whose `seen` says that they are stored; but what may turn out not to be new
  // is found out by inserting its link. What was read last, with the number of its message.
  const rows = place.isNew ? [...done.writes, ...folded.edges] : [...folded.edges, ...done.writes];
  // An initial run's are new. Others show when an object was last shown, changed or not.
  const stamped = message.runKind === 'initial' ? rows : stamp(rows, folded, runId);
  const writes = [...stamped, ...read];
  // While the application is down the lane owes it what should be given now.
  const owed = isOffline && tellsOthers && folded.pending.length > 0;
  const wakes = lane.wakes | woken;
  const row = { n: Math.max(lane.n, message.n), wakes, ...(owed && { owed }) };
  const saved = await needs.lanes.commit(done.lane, writes, row);
  await forgetDropped(needs, connection.id, writes);
  if (!tellsOthers) return;
  const others = isOffline ? [] : folded.pending;
  await wakeOthers(needs, { ...place, lane: saved }, message, { ...done, others });
}

/**
 * In a full run users are judged when all groups are read, where those decide about them; until then
 * what is seen of them is kept.
 * @returns those that wait, and the others
 */
function waitForGroups(
  connection: StoredConnection,
  { runKind }: ItemsMessage,
  links: readonly FoldedLink[],
): [readonly FoldedLink[], readonly FoldedLink[]] {
  const waits = runKind !== 'incremental' && dependsOnGroups(rulesOf(connection));
  if (!waits) return [[], links];
  const isUser = ({ link }: FoldedLink) => link.kind === 'user';
  return [links.filter(isUser), links.filter((one) => !isUser(one))];
}

/**
 * An attempt that came to nothing may have written to the application what others have outdated since.
 * The lane sets that right when it comes to it: whoever serves it now may be writing the same entries.
 */
async function setRight(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: ItemsMessage,
): Promise<void> {
  // Users whom groups decide about are judged, and set right, when all groups are read.
  const waits = message.runKind !== 'incremental' && dependsOnGroups(rulesOf(connection));
  const judged = message.items.filter(({ kind }) => !(waits && kind === 'user'));
  const links = [...new Set(judged.map(({ id }) => id))];
  const envelope = { ...outsideRuns(connection, needs.clock.now()), lane: message.lane };
  const messages = chunks(links, MOST_LINKS).map((some) =>
    toLane({ ...envelope, kind: 'retry', links: some, reassert: true }),
  );
  if (messages.length > 0) await needs.bus.send('changes', messages);
}

/** Notes on what a run has shown that it did: in the rows that are written anyway, or alone. */
function stamp(rows: readonly LaneWrite[], folded: Folded, runId: string): LaneWrite[] {
  const written = new Set(rows.flatMap((row) => ('link' in row ? [row.link.entraId] : [])));
  const stamped = rows.map((row) =>
    'link' in row && folded.shown.has(row.link.entraId)
      ? { ...row, link: { ...row.link, sighted: runId } }
      : row,
  );
  const alone = folded.links.flatMap(({ from }): LaneWrite[] => {
    const isDue = from && folded.shown.has(from.entraId) && from.sighted !== runId;
    return isDue && !written.has(from.entraId) ? [{ sighted: from.entraId, runId }] : [];
  });
  return [...stamped, ...alone, ...folded.sightings];
}

/**
 * The lane, unless its connection is gone: where the lane has no row yet, nothing else would find out
 * that this worker remembers a connection that was deleted.
 */
async function openLane(needs: ApplyNeeds, message: ItemsMessage): Promise<Lane | undefined> {
  const { connectionId, epoch } = message;
  const known = await needs.lanes.open(connectionId, message.lane);
  const lane = epoch < known.epoch ? await needs.lanes.reopen(connectionId, message.lane) : known;
  if (lane.version === null && !(await needs.connections.get(connectionId))) return undefined;
  return lane;
}

function newEdges(folded: Folded): readonly Edge[] {
  return folded.edges.flatMap((write) => ('edge' in write && !write.from ? [write.edge] : []));
}

function readCount(message: ItemsMessage, folded: Folded): Counters {
  const count: Record<string, number> = {};
  for (const item of message.items) {
    const name = `${countedKind(item.kind)}.read`;
    count[name] = (count[name] ?? 0) + 1;
    const members = item.members?.length ?? 0;
    if (members) count['memberships.read'] = (count['memberships.read'] ?? 0) + members;
    if (item.otherMembers)
      count['memberships.skipped'] = (count['memberships.skipped'] ?? 0) + item.otherMembers;
  }
  if (folded.ignored) count['users.skipped'] = folded.ignored;
  return count;
}
