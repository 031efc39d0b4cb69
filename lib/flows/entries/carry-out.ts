import { AppError } from '../../errors.ts';
import type { Draft, EntryStore, Outcome } from '../../ports/application.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { countedKind } from '../../sync/counters.ts';
import type { Entry } from '../../sync/entry.ts';
import { deletionOf } from '../../sync/given-up.ts';
import { awaitDecision, type Half, type Link, stillDirty } from '../../sync/link.ts';
import { type Decision, lossOfRemoval, newHalf, type Removal } from '../../sync/reconcile.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { exportingOf } from '../exports/exporting.ts';
import { markSwitching } from '../exports/mark-switching.ts';
import type { FoldedLink, Place } from '../lanes/fold-items.ts';
import { isGoneUntied, isNewborn, recognise } from '../newcomers/recognise.ts';
import { askForWord } from '../removals/ask-for-word.ts';
import { appOf } from '../sides.ts';
import { chooseUnique } from './choose-unique.ts';
import { type Comparison, compare, compareWith, type How } from './compare-entries.ts';
import { freeName } from './free-name.ts';
import { type JudgeNeeds, judgeOf } from './judge.ts';
import { dirtied, failed, linked, type Work } from './link-writes.ts';
import { type Existing, matchExisting, settleHolders } from './match-existing.ts';
import { seatUsers, tellUnseated } from './seat-users.ts';

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
    const decision = isNewborn(place.connection, folded.link) ? waitForTie(decided) : decided;
    const isMissed = place.looksAtApp && decision.do !== 'compare';
    return { ...folded, link: isMissed ? unmet(folded.link) : folded.link, decision };
  });
  await recognise(
    needs,
    place.connection,
    decided
      .filter((one) => isWaitingForTie(one) || isGoneUntied(place.connection, one.link))
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
  const created = await create(needs, place, judge.rules, creates, { ...how, slot: lane.lane });
  const compared = await compare(app, work, how);
  const others = work.flatMap((one) => settleWithout(one, now));
  const writes = tellUnseated([...created, ...compared, ...others], unseated, now);
  // A full run applies every edge in a phase of its own: nobody need be told.
  const fresh = new Set(
    place.isRepeat ? [] : links.filter(({ from }) => !from).map(({ link }) => link.entraId),
  );
  if (!place.tellsOthers) return { lane, writes: writes.map(withoutWake), returned: [], fresh };
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

/**
 * A worker that lost its session holds old values, and a fresh version of the entry would let it
 * write them.
 * @throws AppError `state-changed` when somebody else has written the lane
 */
export async function confirmLane(needs: Pick<Needs, 'lanes'>, lane: Lane): Promise<void> {
  const { version } = await needs.lanes.reopen(lane.connectionId, lane.lane);
  if (version !== lane.version) throw new AppError('state-changed', 'the lane was taken over');
}

/** Saved before every create, so that a crash after it finds its own work by externalId. */
async function markCreating(needs: Needs, place: Place, creates: readonly Work[]): Promise<Lane> {
  const marks = creates
    .filter(({ from }) => from?.state !== 'creating')
    .map(({ link, from }) => ({ link: marked(link), from }));
  return marks.length > 0 ? needs.lanes.commit(place.lane, marks) : place.lane;
}

async function create(
  needs: Needs,
  place: Place,
  rules: Rules,
  creates: readonly Work[],
  how: How & { readonly slot: number },
): Promise<LaneWrite[]> {
  const app = appOf(needs, place.connection);
  const wanted = creates.flatMap(({ link, decision, from }) => {
    if (decision.do !== 'create') return [];
    const one: Work = { link: marked(link), from: stored(from, link), decision };
    const { entra, flows } = decision;
    return [{ one, entra, flows, isBegun: from?.state === 'creating' }];
  });
  if (wanted.length === 0) return [];
  // Whose create was begun before finds its own work first.
  const unbegun = wanted.filter(({ isBegun }) => !isBegun);
  const known = await matchExisting(
    needs,
    place.connection,
    rules,
    unbegun.map(({ one, entra }) => ({ link: one.link, entra })),
  );
  const fresh = wanted.filter(({ one }) => !known.has(one.link.entraId));
  const drafts = fresh.map(({ one: { link }, entra, flows }) => ({
    kind: link.kind,
    externalId: link.entraId,
    ...newHalf(entra, flows),
  }));
  const outcomes = drafts.length > 0 ? await createFreely(app, drafts, how) : [];
  const writes: LaneWrite[] = [];
  const own: Comparison[] = [];
  const taken: { one: Work; entra: Half; outcome: Outcome<Entry>; holder: Entry }[] = [];
  for (const [index, { one, entra, flows }] of fresh.entries()) {
    const outcome = outcomes[index];
    if (!outcome) continue;
    if (outcome.ok)
      writes.push(linked(one, { entra, entry: outcome.value, counts: ['created'], now: how.now }));
    // A create that is repeated after a crash: the entry is ours already.
    else if (outcome.holder?.externalId === one.link.entraId)
      own.push({ one, entry: outcome.holder, entra, flows });
    else if (outcome.reason === 'taken' && outcome.holder)
      taken.push({ one, entra, outcome, holder: outcome.holder });
    else writes.push(failed(one, outcome, how.now));
  }
  const holders = await settleHolders(
    needs,
    place.connection,
    rules,
    taken.map(({ one, holder }) => ({ link: one.link, holder })),
  );
  for (const { one, outcome } of taken)
    if (!holders.has(one.link.entraId)) writes.push(failed(one, outcome, how.now));
  const adopted: Comparison[] = [];
  for (const { one, entra, flows } of wanted) {
    const { entraId } = one.link;
    const existing = known.get(entraId) ?? holders.get(entraId);
    if (existing?.do === 'adopt')
      adopted.push({ one, entry: existing.entry, entra, flows, adopts: true });
    else if (existing) writes.push(leftAlone(one, existing, how.now));
  }
  if (own.length + adopted.length > 0) await how.confirmLane();
  const found = await compareWith(app, own, { ...how, counts: 'created' });
  const tied = await compareWith(app, adopted, { ...how, counts: 'updated' });
  return [...writes, ...found, ...tied];
}

/** Of an entry that was there before: nothing is created, and it is not touched. */
function leftAlone({ link, from }: Work, existing: Existing, now: number): LaneWrite {
  const free: Link = { ...link, state: 'unlinked' };
  if (existing.do === 'fail')
    return dirtied(free, from, { reason: 'ambiguous', now, detail: existing.detail });
  const detail = `the application had the entry ${existing.entry.id} before, and such are left alone`;
  const dirty = stillDirty(from?.dirty ?? link.dirty, 'existing', { now, detail });
  const isNews = from?.dirty?.reason !== 'existing';
  const count = { [`${countedKind(link.kind)}.skipped`]: 1 } as const;
  return { link: { ...free, dirty }, from, ...(isNews && { count }) };
}

/** Creates entries; where a name is taken that its holder yields, once more. */
async function createFreely(
  app: EntryStore,
  drafts: readonly Draft[],
  { slot, free }: How & { readonly slot: number },
): Promise<readonly Outcome<Entry>[]> {
  const outcomes = await app.create(drafts, slot);
  const again: number[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const holder = outcome.ok ? undefined : outcome.holder;
    const isOwn = holder?.externalId === drafts[index]?.externalId;
    const wanted = drafts[index]?.attributes.userName;
    if (holder && !isOwn && (await free({ holder, wanted }))) again.push(index);
  }
  if (again.length === 0) return outcomes;
  const second = await app.create(
    drafts.filter((_, index) => again.includes(index)),
    slot,
  );
  return outcomes.map((outcome, index) => second[again.indexOf(index)] ?? outcome);
}

/** What is stored of a link whose create is under way: the mark of now, or one of before. */
function stored(from: Link | undefined, link: Link): Link {
  return from?.state === 'creating' ? from : marked(link);
}

/** A link as it stands while its create is under way. */
function marked(link: Link): Link {
  return { ...link, state: 'creating', givenUp: null };
}

/** What needs nothing of the application: it is saved if folding changed it. */
function settleWithout({ link, from, decision }: Work, now: number): LaneWrite[] {
  switch (decision.do) {
    case 'nothing': {
      // Whatever was wrong with it is over, unless this very item is what is wrong.
      const isOver = link.dirty !== null && link.dirty === from?.dirty;
      const clean = isOver ? { ...link, dirty: null } : link;
      return clean === from && !clean.wakeDue ? [] : [{ link: clean, from }];
    }
    case 'wait':
      if (from?.dirty?.reason === decision.reason && link === from && !isTimed(decision)) return [];
      return [dirtied(link, from, { reason: decision.reason, now, detail: decision.detail })];
    case 'remove': {
      const loss = lossOfRemoval(link, decision);
      const evidence = removalEvidence(link, decision);
      const dirty = awaitDecision(link.dirty, loss, { now, evidence });
      if (link === from && dirty === from.dirty) return [];
      return [{ link: { ...link, dirty }, from }];
    }
    default:
      return [];
  }
}

function isWaitingForTie({ decision }: Work): boolean {
  return decision.do === 'wait' && decision.reason === 'newborn';
}

/** Every look at it counts. */
function isTimed({ reason }: Extract<Decision, { do: 'wait' }>): boolean {
  return reason === 'newborn';
}

const DELETED_BY_APP = 'the application deleted the entry';

/** Why an object is to be taken away, as the administrator is told. */
export function removalEvidence({ dirty, seen }: Link, { why }: Removal): string {
  if ('left' in why) return `the rule ${why.left} leaves it out`;
  if ('inEntra' in why) return DELETED_BY_APP;
  const known = dirty?.evidence;
  // A full run that did not show it has said more already.
  if (known?.startsWith('a full reading') && seen.removed === 'changed') return known;
  const how = seen.removed === 'deleted' ? 'for good' : 'it can be restored';
  return `Entra reported the object as removed (${how})`;
}

/**
 * Of an entry that was lost and is made again, edges are said to be applied that are not: the reminder
 * that was sent when it was lost has them given.
 */
function withoutWake(write: LaneWrite): LaneWrite {
  if (!('link' in write) || write.from?.dirty?.reason === 'changed-meanwhile') return write;
  return { ...write, link: { ...write.link, wakeDue: null } };
}

function returnedLink(write: LaneWrite): Link[] {
  return 'link' in write && write.link.wakeDue ? [write.link] : [];
}
