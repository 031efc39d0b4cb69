import type { Item } from '../../sync/entry.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { forgetDropped } from '../edges/write-reverse.ts';
import { carryOut } from '../entries/carry-out.ts';
import type { ApplyNeeds } from './apply.ts';
import { outsideFullRuns } from './bring-in-step.ts';
import { foldItems } from './fold-items.ts';
import type { LanePlace } from './lane-work.ts';
import { remind } from './remind.ts';
import { wakeOthers } from './wake-others.ts';

/** Under which circumstances objects are folded that were read. */
export interface Reread {
  readonly isOffline: boolean;
  /** What strayed in the application is set right. */
  readonly reassert?: boolean | undefined;
}

/**
 * Folds objects that were just read by their ids, and brings them in step. That they were found is
 * the proof that they are there.
 */
export async function foldRead(
  needs: ApplyNeeds,
  place: LanePlace,
  items: readonly Item[],
  { isOffline, reassert = false }: Reread = { isOffline: false },
): Promise<void> {
  if (items.length === 0) return;
  const { connection, message } = place;
  const found = new Set(items.map((item) => item.id));
  const where = { ...outsideFullRuns(place), isOffline, found };
  // A replica that lags may still list who has left a group since: memberships come by the delta.
  const own = items.map(withoutMembers);
  const folded = await foldItems(needs, where, own);
  // Before anything is saved of a link: a group that is back may be marked on its way.
  const woken = await tellStanding(needs, place, [...folded.edges, ...folded.links]);
  const done = await carryOut(needs, { ...where, isResync: reassert }, folded.links);
  // An edge of a full run may still lack its reverse row, which comes with its memberships phase.
  await needs.ties.wait(connection.id, folded.pending);
  await remind(needs, message, done.writes);
  const owed = isOffline && folded.pending.length > 0;
  const writes = [...folded.edges, ...done.writes];
  const row = { wakes: done.lane.wakes | woken, ...(owed && { owed }) };
  const lane = await needs.lanes.commit(done.lane, writes, row);
  await forgetDropped(needs, connection.id, writes);
  const told = { ...done, others: isOffline ? [] : folded.pending };
  place.lane = await wakeOthers(needs, { connection, lane }, message, told);
}

function withoutMembers(item: Item): Item {
  const { members: _, otherMembers: __, ...own } = item;
  return own;
}
