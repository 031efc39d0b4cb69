import type { StoredConnection } from '../ports/connections.ts';
import { toLane } from '../sync/addressed.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import { sendLooks } from './tell-standing.ts';
import { WORK_MILLISECONDS } from './work-time.ts';

/** Groups have come under the rules, or left them: their members are judged anew. */
export async function applyRescope(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'rescope' }>,
): Promise<void> {
  const lane = await needs.lanes.open(connection.id, message.lane);
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  for (const [index, group] of message.groups.entries()) {
    const isDone = index === 0 ? message.after : undefined;
    for await (const edges of needs.lanes.edgesOf(lane, group)) {
      const users = edges.flatMap(({ member, memberKind, relation }) =>
        memberKind === 'user' && relation === 'member' && member > (isDone ?? '') ? [member] : [],
      );
      await sendLooks(needs, message, users);
      const after = edges.at(-1)?.member;
      if (needs.clock.now() > deadline && after !== undefined) {
        const rest = { ...message, groups: message.groups.slice(index), after };
        return needs.bus.send('changes', [toLane(rest)]);
      }
    }
  }
}
