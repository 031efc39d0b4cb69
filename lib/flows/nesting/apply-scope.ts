import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { dependsOnGroups, isExporting, rulesOf } from '../../sync/rules/rules-of.ts';
import { carryOut } from '../entries/carry-out.ts';
import { keepSeats } from '../entries/seat-users.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { enterPhase } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { awaitedRun, closePhase } from '../poll/close-phase.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { flattenLane } from './flatten-lane.ts';

/**
 * Judges every link of the lane by the connection's rules, from what was last seen of it: in a full
 * run when all groups are read by which users take part, and whenever there are new rules. Before that
 * the members of nested groups are passed on.
 */
export async function applyScope(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'scope' }>,
  { isOffline }: Trial,
): Promise<void> {
  const run = await awaitedRun(needs, message);
  if (!run) return;
  const phase = 'scope' as const;
  const opened = await needs.lanes.reopen(connection.id, message.lane);
  const entered = enterPhase(opened, { runId: message.runId, phase });
  const opening = { connection, message, lane: entered };
  if (message.cursor === undefined) await flattenLane(needs, opening, isOffline);
  let { lane } = opening;
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  // In a full run objects were judged as they came, unless groups decide about them.
  const isJudged = run.kind === 'rules' || dependsOnGroups(rulesOf(connection));
  if (!isJudged) return closePhase(needs, message, { ...lane, phase });
  for await (const { links, cursor } of needs.lanes.allLinks(lane, message.cursor)) {
    const place = {
      connection,
      lane,
      runId: message.runId,
      isNew: false,
      isRepeat: true,
      // The memberships phase that follows gives every edge that is due.
      tellsOthers: false,
      isResync: run.kind === 'resync',
      // New rules may be those that turn an export on.
      looksAtApp: run.kind === 'rules' && isExporting(rulesOf(connection)),
      isOffline,
    };
    const folded = links.map((link) => ({ link, from: link }));
    await keepSeats(needs, connection.id, rulesOf(connection), links);
    const done = await carryOut(needs, place, folded);
    await remind(needs, message, done.writes);
    lane = done.writes.length > 0 ? await needs.lanes.commit(done.lane, done.writes) : done.lane;
    if (needs.clock.now() > deadline)
      return needs.bus.send('changes', [toLane({ ...message, cursor })]);
  }
  return closePhase(needs, message, { ...lane, phase });
}
