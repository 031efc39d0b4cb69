import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import type { Edge } from '../../sync/edge.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { compareGroups, FIRST_LINK } from '../exports/compare-groups.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { enterPhase, type LanePlace } from '../lanes/lane-work.ts';
import { awaitsLane, closePhase } from '../poll/close-phase.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { applyEdges } from './apply-edges.ts';
import { writeReverse } from './write-reverse.ts';

type MembershipsMessage = Extract<LaneMessage, { kind: 'memberships' }>;

/** Edges in one go: their members' links are read together, which is cheaper the more there are. */
const CHUNK = 2_000;

/**
 * The memberships phase of a full run: gives the application every edge of the lane that it lacks,
 * with the reverse rows that later wakes need. Both ends of an edge have been read by now, so order
 * does not matter.
 */
export async function applyPendingEdges(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: MembershipsMessage,
  { isOffline }: Trial,
): Promise<void> {
  if (!(await awaitsLane(needs, message))) return;
  const phase = 'memberships' as const;
  const opened = await needs.lanes.reopen(connection.id, message.lane);
  let lane = enterPhase(opened, { runId: message.runId, phase });
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  if (message.cursor?.startsWith(FIRST_LINK))
    return exportHeld(needs, { connection, message, lane }, { deadline, isOffline });
  let chunk: Edge[] = [];
  const flush = async () => {
    await writeReverse(needs, connection.id, chunk);
    if (!isOffline) lane = await applyEdges(needs, { connection, lane }, chunk);
    chunk = [];
  };
  for await (const { edges, cursor } of needs.lanes.pendingEdges(lane, message.cursor)) {
    chunk.push(...edges);
    if (chunk.length < CHUNK) continue;
    await flush();
    if (needs.clock.now() > deadline)
      return needs.bus.send('changes', [toLane({ ...message, cursor })]);
  }
  await flush();
  // The application is down: it is given its memberships when it is back.
  if (isOffline) lane = await needs.lanes.commit(lane, [], { owed: true });
  return exportHeld(needs, { connection, message, lane }, { deadline, isOffline });
}

/** What the application holds of memberships, and Entra does not know. */
async function exportHeld(
  needs: ApplyNeeds,
  place: LanePlace & { readonly message: MembershipsMessage },
  { deadline, isOffline }: { readonly deadline: number; readonly isOffline: boolean },
): Promise<void> {
  const { message } = place;
  const isOver = () => needs.clock.now() > deadline;
  const cursor = message.cursor?.startsWith(FIRST_LINK) ? message.cursor : FIRST_LINK;
  const { after } = message;
  const left = isOffline ? undefined : await compareGroups(needs, place, { cursor, after, isOver });
  if (left)
    return needs.bus.send('changes', [
      toLane({ ...message, cursor: left.cursor, after: left.after }),
    ]);
  return closePhase(needs, message, { ...place.lane, phase: 'memberships' });
}
