import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import type { Edge } from '../../sync/edge.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { flattens, passedOn } from '../../sync/rules/flattened.ts';
import { dependsOnGroups, rulesOf } from '../../sync/rules/rules-of.ts';
import { sendPairs } from '../edges/send-pairs.ts';
import { sendLooks } from '../edges/tell-standing.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { enterRun, type LanePlace } from '../lanes/lane-work.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { settleDerived } from './settle-derived.ts';

type RescopeMessage = Extract<LaneMessage, { kind: 'rescope' }>;

/**
 * Groups have come under the rules, or left them: their members are judged anew. What they pass on to
 * the groups that they are nested in is settled, and so is what they were passed on.
 */
export async function applyRescope(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: RescopeMessage,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const place = { connection, message, lane: enterRun(opened, message) };
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  for (const [index, group] of message.groups.entries()) {
    const isDone = index === 0 ? (message.after ?? '') : '';
    for await (const edges of needs.lanes.edgesOf(place.lane, group)) {
      const left = edges.filter(({ member, relation }) => relation === 'member' && member > isDone);
      await tellMembers(needs, place, left);
      const derived = left.filter(({ via }) => via !== null);
      await settleDerived(needs, place, derived, isOffline);
      const after = edges.at(-1)?.member;
      if (needs.clock.now() > deadline && after !== undefined) {
        const rest = { ...message, groups: message.groups.slice(index), after };
        return needs.bus.send('changes', [toLane(rest)]);
      }
    }
  }
}

async function tellMembers(
  needs: ApplyNeeds,
  { connection, message }: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  const rules = rulesOf(connection);
  if (dependsOnGroups(rules)) {
    const users = edges.filter(({ memberKind }) => memberKind === 'user');
    await sendLooks(
      needs,
      message,
      users.map(({ member }) => member),
    );
  }
  if (!flattens(rules)) return;
  const { sets } = await needs.nesting.sets(connection.id);
  const direct = edges.filter((edge) => edge.direct);
  await sendPairs(needs, message, passedOn(sets, direct));
}
