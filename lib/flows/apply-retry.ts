import type { Lane, StoredConnection } from '../ports.ts';
import type { Link } from '../sync/link.ts';
import type { LaneEnvelope, LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import { carryOut } from './carry-out.ts';
import { remind } from './remind.ts';
import { removeEntries } from './remove-entries.ts';
import { wakeOthers } from './wake-others.ts';

/** After so many reads that still found the object, the removal is taken for a replay. */
const CONTRADICTIONS = 3;

/** Tries again what is due in the lane, always from `seen`: nothing is read anew for it. */
export async function applyRetry(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'retry' }>,
): Promise<void> {
  let lane = await needs.lanes.open(connection.id, message.lane);
  for await (const ids of needs.lanes.due(lane, needs.clock.now())) {
    const links = [...(await needs.lanes.links(lane, ids)).values()];
    const doubtful = links.filter((link) => link.dirty?.reason === 'contradicted');
    const place = { connection, message, lane };
    const trusted = doubtful.filter((link) => (link.dirty?.attempts ?? 0) < CONTRADICTIONS);
    await removeEntries(
      needs,
      place,
      trusted.map((link) => link.entraId),
    );
    const others = links.filter((link) => !trusted.includes(link));
    lane = await again(needs, { ...place, lane: place.lane }, others);
  }
}

async function again(
  needs: ApplyNeeds,
  place: { connection: StoredConnection; message: LaneEnvelope; lane: Lane },
  links: readonly Link[],
): Promise<Lane> {
  const { connection, message } = place;
  const folded = links.map((from) => ({ from, link: withoutReplay(from) }));
  const where = { connection, lane: place.lane, runId: message.runId };
  const done = await carryOut(
    needs,
    { ...where, isNew: false, isRepeat: true, tellsOthers: true },
    folded,
  );
  await remind(needs, message, done.writes);
  const lane = await needs.lanes.commit(done.lane, done.writes);
  return wakeOthers(needs, { connection, lane }, message, { ...done, others: [] });
}

function withoutReplay(link: Link): Link {
  if (link.dirty?.reason !== 'contradicted') return link;
  const { removed: _, ...seen } = link.seen;
  return { ...link, seen };
}
