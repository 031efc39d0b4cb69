import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { deletionOf } from '../../sync/given-up.ts';
import type { Link } from '../../sync/link.ts';
import type { Decision } from '../../sync/reconcile.ts';
import { exportingOf } from '../exports/exporting.ts';
import { markSwitching } from '../exports/mark-switching.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import type { FoldedLink, Place } from '../lanes/fold-items.ts';
import { tellSoon } from '../lanes/tell-soon.ts';
import { isGoneUntied, isNewborn, recognise } from '../newcomers/recognise.ts';
import { askForWord } from '../removals/ask-for-word.ts';
import { appOf } from '../sides.ts';
import { chooseUnique } from './choose-unique.ts';
import { compare, type How } from './compare-entries.ts';
import { createEntries, markCreating } from './create-entries.ts';
import { freeName } from './free-name.ts';
import { type JudgeNeeds, judgeOf } from './judge.ts';
import { dirtied, type Work } from './link-writes.ts';
import { seatUsers, tellUnseated } from './seat-users.ts';
import { settleWithout } from './settle-without.ts';

type Needs = Pick<Services, 'lanes' | 'directories' | 'seats' | 'bus' | 'log'> & JudgeNeeds;

/** What was done about a batch of links; the writes are still to be committed. */
export interface CarriedOut {
  readonly lane: Lane;
  readonly writes: readonly LaneWrite[];
  /** Links that the application holds (again) since just now, or whose waiters were never told. */
  readonly returned: readonly Link[];
  /** Ids of those that were never stored before: their edges are all in the batch itself. */
  readonly fresh: ReadonlySet<string>;
}

/** Decides what each link needs, and does it: creates, updates, or marks what must wait. */
export async function carryOut(
  needs: Needs,
  place: Place,
  links: readonly FoldedLink[],
): Promise<CarriedOut> {
  const now = needs.clock.now();
  const judge = await judgeOf(
    needs,
    place.connection,
    links.map(({ link }) => link),
  );
  const decided = links.map((folded): Work => {
    const decided = judge.decide(folded.link, place.isResync || place.looksAtApp);
    const decision = isNewborn(place.connection, folded.link, now) ? waitForTie(decided) : decided;
    const isMissed = place.looksAtApp && decision.do !== 'compare';
    return { ...folded, link: isMissed ? unmet(folded.link) : folded.link, decision };
  });
  await recognise(
    needs,
    place.connection,
    decided
      .filter((one) => isWaitingForTie(one) || isGoneUntied(place.connection, one.link, now))
      .map(({ link }) => link),
  );
  if (place.isOffline) return noted(place, decided, now);
  const unique = await chooseUnique(needs, place.connection, judge, decided);
  const { work, unseated } = await seatUsers(needs, place.connection.id, judge.rules, unique);
  const creates = work.filter(({ decision }) => decision.do === 'create');
  let lane = await markCreating(needs, place, creates);
  const app = appOf(needs, place.connection);
  const how: How = {
    now,
    reassert: place.isResync,
    mayRemove: false,
    // Single changes first: somebody may be waiting for them.
    exporting: exportingOf(needs, place.connection, judge, place.tellsOthers ? 'high' : 'low'),
    free: (claim) => freeName(needs, place.connection, claim),
    confirmLane: () => confirmLane(needs, lane),
    awaitsWord: (kind) => deletionOf(judge.rules, kind) !== 'keep',
    askForWord: () => askForWord(needs, place.connection.id),
    markSwitching: async (some) => {
      lane = await markSwitching(needs, lane, { rules: judge.rules, links: some });
    },
    announce: async (sending) => {
      lane = await needs.lanes.commit(lane, sending);
    },
  };
  const created = await createEntries(needs, place, judge.rules, creates, {
    ...how,
    slot: lane.lane,
  });
  const compared = await compare(app, work, how);
  const others = work.flatMap((one) => settleWithout(one, now));
  const writes = tellUnseated([...created, ...compared, ...others], unseated, now);
  // A full run applies every edge in a phase of its own: nobody need be told.
  const fresh = new Set(
    place.isRepeat ? [] : links.filter(({ from }) => !from).map(({ link }) => link.entraId),
  );
  if (!place.tellsOthers) {
    const quiet = writes.map(withoutWake);
    await tellSoon(needs, place, quiet.flatMap(returnedLink));
    return { lane, writes: quiet, returned: [], fresh };
  }
  return { lane, writes, returned: writes.flatMap(returnedLink), fresh };
}

/** It was made of an entry of this connection, and its tie is on the way. */
function waitForTie(decision: Decision): Decision {
  if (decision.do !== 'create') return decision;
  return { do: 'wait', reason: 'newborn', detail: 'it was made of an entry, and is not tied yet' };
}

/** The application has written an entry that is not to be compared now: it is when it can be. */
function unmet(link: Link): Link {
  return link.appId === null || link.unmet ? link : { ...link, unmet: true };
}

/** The application is down: what it should get is noted, and done when it is back. */
function noted(place: Place, work: readonly Work[], now: number): CarriedOut {
  const detail = 'the application cannot be reached';
  const writes = work.flatMap((one): LaneWrite[] => {
    const { link, from, decision } = one;
    const isNews = link !== from || place.looksAtApp === true;
    const isTodo = decision.do === 'create' || (decision.do === 'compare' && isNews);
    if (!isTodo) return settleWithout(one, now);
    if (link === from && link.dirty)
      return link.unmet ? [] : [{ link: { ...link, unmet: true }, from }];
    const write = dirtied(link, from, { reason: 'unavailable', now, detail });
    return 'link' in write ? [{ link: write.link, from }] : [];
  });
  return { lane: place.lane, writes, returned: [], fresh: new Set() };
}

function isWaitingForTie({ decision }: Work): boolean {
  return decision.do === 'wait' && decision.reason === 'newborn';
}

/**
 * Of an entry that was lost and is made again, edges are said to be applied that are not: whoever was not
 * in step before may be one of these, and is told of behind the full run's back.
 */
function withoutWake(write: LaneWrite): LaneWrite {
  if (!('link' in write) || write.from?.wakeDue || write.from?.dirty) return write;
  return { ...write, link: { ...write.link, wakeDue: null } };
}

function returnedLink(write: LaneWrite): Link[] {
  return 'link' in write && write.link.wakeDue ? [write.link] : [];
}
