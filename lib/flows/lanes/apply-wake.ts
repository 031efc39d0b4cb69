import type { StoredConnection } from '../../ports/connections.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import type { LinkTie } from '../../sync/link.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { dropEdges } from '../edges/drop-edges.ts';
import { releaseEdges } from '../edges/release-edges.ts';
import { forgetDropped, forgetStray } from '../edges/write-reverse.ts';
import { tellUnmanaged } from '../exports/tell-unmanaged.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { confirmLane } from './confirm-lane.ts';
import { edgeDrop, edgeRelease, enterRun } from './lane-work.ts';

/**
 * Another lane says that the far end of these edges has come, returned or left. What the edges and
 * the links say now decides; the wake itself proves nothing.
 *
 * | far end | then |
 * | --- | --- |
 * | names no edge | it does so no more |
 * | gone for good | the edge is dropped |
 * | not in the application | the edge waits |
 * | linked | the edge is applied |
 */
export async function applyWake(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'wake' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const lane = enterRun(opened, message);
  const stored = await needs.lanes.edges(lane, message.edges);
  const stray = message.edges.filter((key) => !stored.has(edgeName(key)));
  // Another worker may have taken over, and made them since.
  if (stray.length > 0) await confirmLane(needs, lane);
  await forgetStray(needs, connection.id, stray);
  const edges = [...stored.values()];
  const members = [...new Set(edges.map((edge) => edge.member))];
  const ties = await needs.ties.read(connection.id, members);
  const fates = Map.groupBy(edges, (edge) => fateOf(edge, ties.get(edge.member)));
  const over = fates.get('drop') ?? [];
  const dropped = over.map(edgeDrop);
  await tellUnmanaged(needs, connection, dropped);
  if (isOffline) {
    // An entry that is gone took its memberships along; those of one made anew are given when the
    // application is back.
    const lacking = [
      ...(fates.get('release') ?? []),
      ...(message.anew ? (fates.get('apply') ?? []) : []),
    ];
    const released = lacking.filter((edge) => edge.applied).map(edgeRelease);
    const writes = [...dropped, ...released];
    await needs.lanes.commit(lane, writes, { owed: true });
    return forgetDropped(needs, connection.id, writes);
  }
  const left = await dropEdges(needs, { connection, lane }, over, false);
  const place = { connection, message, lane: left };
  const released = fates.get('release') ?? [];
  if (released.length > 0) await releaseEdges(needs, place, released);
  const applied = await applyEdges(needs, place, fates.get('apply') ?? [], message.anew);
  if (applied.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}

function fateOf(edge: Edge, member: LinkTie | undefined): 'drop' | 'release' | 'apply' {
  if (member?.state === 'gone') return 'drop';
  const isHeld = member !== undefined && member.appId !== null;
  return edge.applied && !isHeld ? 'release' : 'apply';
}
