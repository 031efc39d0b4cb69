import type { StoredConnection } from '../../ports/connections.ts';
import type { Waiting } from '../../ports/lanes.ts';
import { toLane } from '../../sync/addressed.ts';
import type { Edge } from '../../sync/edge.ts';
import { isDoubted, type Link } from '../../sync/link.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { giveOwed } from '../edges/give-owed.ts';
import { findOwnWork } from '../entries/find-own-work.ts';
import { judgeOf } from '../entries/judge.ts';
import { retryRefused } from '../exports/retry-refused.ts';
import { makeInEntra } from '../newcomers/make-in-entra.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { isOfSide } from '../sides.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { bringInStep } from './bring-in-step.ts';
import type { Place } from './fold-items.ts';
import type { LanePlace } from './lane-work.ts';
import { lookAgain } from './look-again.ts';
import { remind } from './remind.ts';

/** Entra is asked again about a doubt after so long. */
const PUT_OFF_MILLISECONDS = 30 * 60_000;

type RetryMessage = Extract<LaneMessage, { kind: 'retry' }>;

/** Tries again what is due in the lane, or what an administrator names, always from `seen`. */
export async function applyRetry(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: RetryMessage,
  { isOffline }: Trial,
): Promise<void> {
  // What an outage leaves undone is done when it is over, due or not.
  if (isOffline) return;
  const lane = await needs.lanes.reopen(connection.id, message.lane);
  const place: LanePlace = { connection, message, lane };
  const { links, reassert: isResync = false } = message;
  if (links) await tryAgain(needs, place, { links, edges: [] }, { isResync });
  else {
    const deadline = needs.clock.now() + WORK_MILLISECONDS;
    for await (const page of needs.lanes.due(lane, needs.clock.now())) {
      await tryAgain(needs, place, page);
      if (needs.clock.now() < deadline) continue;
      return needs.bus.send('changes', [toLane(message)]);
    }
  }
  if (!links) await giveOwed(needs, place);
  if (place.lane.removals > 0) await askForDecision(needs, connection.id, 1 << message.lane);
}

/** Tries a page of what is due once more. */
export async function tryAgain(
  needs: ApplyNeeds,
  place: LanePlace,
  page: Pick<Waiting, 'links' | 'edges'>,
  how: Partial<Pick<Place, 'isResync'>> = {},
): Promise<void> {
  const stored = [...(await needs.lanes.links(place.lane, page.links)).values()];
  const links = how.isResync ? await withLateWork(needs, place, stored) : stored;
  const doubtful = links.filter(isDoubted);
  const asked = links.filter(({ state }) => state === 'asked');
  try {
    await lookAgain(needs, place, doubtful);
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    await putOff(needs, place, doubtful);
  }
  await bringInStep(
    needs,
    place,
    links.filter((link) => !isDoubted(link) && link.state !== 'asked'),
    how,
  );
  await makeInEntra(
    needs,
    place,
    asked.map((link) => ({ link, from: link })),
  );
  if (page.edges.length > 0) await doubtedEdges(needs, place, page);
}

/** A worker that had lost its lane may have made an entry of what was removed, or left out, meanwhile. */
async function withLateWork(
  needs: ApplyNeeds,
  { connection }: LanePlace,
  links: readonly Link[],
): Promise<readonly Link[]> {
  const own = await findOwnWork(needs, connection, links);
  if (own.size === 0) return links;
  const judge = await judgeOf(needs, connection, links);
  return links.map((link) => {
    const appId = own.get(link.entraId);
    if (appId === undefined) return link;
    const made: Link = { ...link, appId, state: 'creating' };
    // Of who takes part the create that is tried again finds the entry.
    return judge.decide(made).do === 'remove' ? made : link;
  });
}

/** Entra could not be asked: the others need not wait for that. It counts as no look. */
async function putOff(needs: ApplyNeeds, place: LanePlace, links: readonly Link[]): Promise<void> {
  const due = needs.clock.now() + PUT_OFF_MILLISECONDS;
  const writes = links.flatMap((link) =>
    link.dirty ? [{ link: { ...link, dirty: { ...link.dirty, due } }, from: link }] : [],
  );
  await remind(needs, place.message, writes);
  const lane = await needs.lanes.reopen(place.lane.connectionId, place.lane.lane);
  place.lane = await needs.lanes.commit(lane, writes);
}

/** A membership whose removal was doubted waits for a decision again; that one asks Entra. */
async function doubtedEdges(
  needs: ApplyNeeds,
  place: LanePlace,
  { edges: keys }: Pick<Waiting, 'edges'>,
): Promise<void> {
  const now = needs.clock.now();
  const edges = [...(await needs.lanes.edges(place.lane, keys)).values()];
  await retryRefused(needs, place, edges);
  const doubted = edges.filter(({ removal }) => removal?.state === 'doubted');
  if (doubted.length === 0) return;
  // Whoever has a manager refused was compared just now, and with that all managers.
  const writes = [...(await needs.lanes.edges(place.lane, doubted)).values()].flatMap((edge) => {
    if (edge.removal?.state !== 'doubted') return [];
    const next: Edge = { ...edge, removal: { ...edge.removal, state: 'waiting', at: now } };
    return [{ edge: next, from: edge }];
  });
  place.lane = await needs.lanes.commit(place.lane, writes);
}
