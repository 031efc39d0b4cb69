import type { StoredConnection } from '../../ports/connections.ts';
import type { Lane } from '../../ports/lanes.ts';
import type { NestedPair, NotedNesting } from '../../ports/nesting.ts';
import { edgeName } from '../../sync/edge.ts';
import { laneOf } from '../../sync/lanes.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { flattens } from '../../sync/rules/flattened.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { isImported } from '../edges/tell-standing.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { enterPhase } from '../lanes/lane-work.ts';
import { awaitsLane, closePhase } from '../poll/close-phase.ts';

/**
 * Writes down what the lane knows of its groups, where the poll's session finds it: which are nested in
 * which, which are deleted, which are imported. While rules do not go by it nobody does, and new rules
 * may import others.
 */
export async function applyNesting(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'nesting' }>,
): Promise<void> {
  if (!(await awaitsLane(needs, message))) return;
  const phase = 'nesting' as const;
  const opened = await needs.lanes.reopen(connection.id, message.lane);
  const lane = enterPhase(opened, { runId: message.runId, phase });
  const noted = await needs.nesting.read(connection.id);
  await notePairs(needs, lane, noted);
  await noteGroups(needs, connection, lane, noted);
  return closePhase(needs, message, { ...lane, phase });
}

async function notePairs(needs: ApplyNeeds, lane: Lane, { nested }: NotedNesting): Promise<void> {
  const known = new Map<string, NestedPair>();
  for (const [holder, members] of nested) {
    if (laneOf(holder) !== lane.lane) continue;
    for (const member of members) known.set(edgeName({ holder, member }), { holder, member });
  }
  const there: NestedPair[] = [];
  for await (const edges of needs.lanes.memberships(lane, 'nested'))
    for (const edge of edges) if (edge.direct && !known.delete(edgeName(edge))) there.push(edge);
  const gone = [...known.values()];
  if (there.length + gone.length > 0) await needs.nesting.note(lane.connectionId, { there, gone });
}

async function noteGroups(
  needs: ApplyNeeds,
  connection: StoredConnection,
  lane: Lane,
  noted: NotedNesting,
): Promise<void> {
  const rules = rulesOf(connection);
  const moves: Record<'resting' | 'back' | 'imported' | 'others', string[]> = {
    resting: [],
    back: [],
    imported: [],
    others: [],
  };
  for await (const { links } of needs.lanes.allLinks(lane, undefined, 'group'))
    for (const link of links) {
      const { entraId, seen } = link;
      const isGone = seen.removed !== undefined;
      if (isGone !== noted.gone.has(entraId)) moves[isGone ? 'resting' : 'back'].push(entraId);
      const isIn = flattens(rules) && isImported(link, rules);
      if (isIn !== noted.imported.has(entraId)) moves[isIn ? 'imported' : 'others'].push(entraId);
    }
  const { resting, back, imported, others } = moves;
  if (resting.length + back.length > 0) await needs.nesting.rest(connection.id, { resting, back });
  if (imported.length + others.length > 0)
    await needs.nesting.admit(connection.id, { imported, others });
}
