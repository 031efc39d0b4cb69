import { hasCode } from '../errors.ts';
import type { Lane, LaneWrite, StoredConnection } from '../ports.ts';
import { type Counters, countedKind } from '../sync/counters.ts';
import type { Edge } from '../sync/edge.ts';
import type { ItemsMessage } from '../sync/messages.ts';
import type { Phase } from '../sync/run.ts';
import type { ApplyNeeds } from './apply.ts';
import { carryOut } from './carry-out.ts';
import { type Folded, foldItems } from './fold-items.ts';
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
): Promise<void> {
  try {
    await attempt(needs, connection, message, true);
  } catch (error) {
    // What was thought new is there already, or another worker has written the lane: read it all.
    if (!hasCode(error, 'state-exists', 'state-changed')) throw error;
    await attempt(needs, connection, message, false);
  }
}

const PHASES: readonly Phase[] = ['groups', 'users', 'changes', 'memberships', 'wakes', 'removals'];

/** Whether the lane has gone past the message. */
function isHandled(lane: Lane, { runId, phase, n }: ItemsMessage): boolean {
  if (lane.runId !== runId || lane.phase === null) return false;
  if (lane.phase === phase) return lane.n >= n;
  return PHASES.indexOf(lane.phase) > PHASES.indexOf(phase);
}

/** In an initial run nothing is known of the objects of a new message: nothing need be read. */
function isNew(lane: Lane, message: ItemsMessage): boolean {
  return message.runKind === 'initial' && message.n > lane.n;
}

async function attempt(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: ItemsMessage,
  isFirst: boolean,
): Promise<void> {
  const opened = await openLane(needs, message);
  if (!opened) return;
  if (message.epoch < opened.epoch) {
    const { connectionId, lane, epoch } = message;
    needs.log.info('message of an overtaken poll dropped', { connectionId, lane, epoch });
    return;
  }
  // Somebody else has written the lane: perhaps because this message was given to them.
  if (!isFirst && isHandled(opened, message)) return;
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
  };
  const folded = await foldItems(needs, place, message.items);
  const done = await carryOut(needs, place, folded.links);
  if (tellsOthers) await needs.ties.wait(connection.id, newEdges(folded));
  const read: LaneWrite[] = isRepeat ? [] : [{ nothing: true, count: readCount(message, folded) }];
  await remind(needs, message, done.writes);
  // Edges before links, whose `seen` says that they are stored; but what may turn out not to be new
  // is found out by inserting its link. What was read last, with the number of its message.
  const rows = place.isNew ? [...done.writes, ...folded.edges] : [...folded.edges, ...done.writes];
  const writes = [...rows, ...read];
  const saved = await needs.lanes.commit(done.lane, writes, { n: Math.max(lane.n, message.n) });
  if (!tellsOthers) return;
  const dropped = folded.edges.flatMap((write) => ('dropEdge' in write ? [write.dropEdge] : []));
  await needs.ties.forget(connection.id, dropped);
  await wakeOthers(needs, { ...place, lane: saved }, message, { ...done, others: folded.pending });
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
