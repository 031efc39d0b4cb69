import type { Link } from '../../sync/link.ts';
import { carryOut } from '../entries/carry-out.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Place } from './fold-items.ts';
import type { LanePlace } from './lane-work.ts';
import { remind } from './remind.ts';
import { wakeOthers } from './wake-others.ts';

/** A lane in which what is stored, or was just read by its id, is handled outside of a full run. */
export function outsideFullRuns({ connection, message, lane }: LanePlace): Place {
  return {
    connection,
    lane,
    runId: message.runId,
    isNew: false,
    isRepeat: true,
    tellsOthers: true,
    isResync: false,
    isOffline: false,
  };
}

/** Judges links as they are stored anew, and brings them in step. */
export async function bringInStep(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
  how: Partial<Pick<Place, 'isOffline' | 'looksAtApp' | 'isResync'>> = {},
): Promise<void> {
  if (links.length === 0) return;
  const { connection, message } = place;
  const where = { ...outsideFullRuns(place), ...how };
  const done = await carryOut(
    needs,
    where,
    links.map((link) => ({ link, from: link })),
  );
  await remind(needs, message, done.writes);
  const lane =
    done.writes.length > 0 ? await needs.lanes.commit(done.lane, done.writes) : done.lane;
  place.lane = await wakeOthers(needs, { connection, lane }, message, { ...done, others: [] });
}
