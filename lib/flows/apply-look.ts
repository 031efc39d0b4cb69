import type { StoredConnection } from '../ports/connections.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { askForDecision } from './ask-for-decision.ts';
import { carryOut } from './carry-out.ts';
import { enterRun } from './lane-work.ts';
import { remind } from './remind.ts';
import { wakeOthers } from './wake-others.ts';

/**
 * Users have come into groups by which the rules go, or left them: they are judged anew, from what
 * was last seen of them and without a question to Entra. The message itself proves nothing.
 */
export async function applyLook(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'look' }>,
  { isOffline }: Trial,
): Promise<void> {
  const opened = await needs.lanes.open(connection.id, message.lane);
  const entered = enterRun(opened, message);
  const links = [...(await needs.lanes.links(entered, message.users)).values()];
  if (links.length === 0) return;
  const place = {
    connection,
    lane: entered,
    runId: message.runId,
    isNew: false,
    isRepeat: true,
    tellsOthers: true,
    isResync: false,
    isOffline,
  };
  const done = await carryOut(
    needs,
    place,
    links.map((link) => ({ link, from: link })),
  );
  await remind(needs, message, done.writes);
  const lane =
    done.writes.length > 0 ? await needs.lanes.commit(done.lane, done.writes) : done.lane;
  const told = await wakeOthers(needs, { connection, lane }, message, { ...done, others: [] });
  // In an open run its end sees to them; asking once more does no harm.
  if (told.removals > opened.removals)
    await askForDecision(needs, connection.id, 1 << message.lane);
}
