import type { LaneWrite } from '../../ports/lanes.ts';
import { deletionOf } from '../../sync/given-up.ts';
import type { Link } from '../../sync/link.ts';
import { compare } from '../entries/compare-entries.ts';
import { freeName } from '../entries/free-name.ts';
import { judgeOf } from '../entries/judge.ts';
import { freeSeats } from '../entries/seat-users.ts';
import { exportingOf } from '../exports/exporting.ts';
import { markSwitching } from '../exports/mark-switching.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { appOf } from '../sides.ts';
import { askForWord } from './ask-for-word.ts';

/**
 * Deactivates entries and clears attributes of objects that are there, because Entra's side no
 * longer gives them. The comparison is made anew: what has come back since is not taken away.
 */
export async function removeValues(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
): Promise<void> {
  if (links.length === 0) return;
  const { connection } = place;
  const judge = await judgeOf(needs, connection, links);
  const work = links.map((link) => ({ link, from: link, decision: judge.decide(link, true) }));
  const writes = await compare(appOf(needs, connection), work, {
    now: needs.clock.now(),
    free: (claim) => freeName(needs, connection, claim),
    confirmLane: () => confirmLane(needs, place.lane),
    awaitsWord: (kind) => deletionOf(judge.rules, kind) !== 'keep',
    askForWord: () => askForWord(needs, connection.id),
    markSwitching: async (some) => {
      place.lane = await markSwitching(needs, place.lane, { rules: judge.rules, links: some });
    },
    announce: async (sending) => {
      place.lane = await needs.lanes.commit(place.lane, sending);
    },
    reassert: true,
    mayRemove: true,
    exporting: exportingOf(needs, connection, judge, 'high'),
  });
  const counted = writes.map((write) => asLoss(asDone(write)));
  await remind(needs, place.message, counted);
  const others = work.flatMap(({ link, decision }): LaneWrite[] =>
    decision.do === 'compare' ? [] : [{ link: { ...link, dirty: null }, from: link }],
  );
  await freeSeats(needs, connection.id, judge.rules, counted);
  place.lane = await needs.lanes.commit(place.lane, [...counted, ...others]);
}

/** What was taken away without an approval counts for the guard. */
function asDone(write: LaneWrite): LaneWrite {
  if (!('link' in write) || write.link.dirty) return write;
  if (write.from?.dirty?.approvedUntil !== undefined) return write;
  return { ...write, done: write.from?.dirty?.loss };
}

/** An entry that was switched off counts as deactivated, not as updated. */
function asLoss(write: LaneWrite): LaneWrite {
  if (!('link' in write) || write.count?.['users.updated'] === undefined) return write;
  const was = write.from?.agreed?.app.active;
  const isOff = write.link.agreed?.app.active === false && was !== false;
  const { 'users.updated': updated, ...others } = write.count;
  return isOff ? { ...write, count: { ...others, 'users.deactivated': updated } } : write;
}
