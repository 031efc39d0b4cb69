import { AppError } from '../errors.ts';
import type { Draft, EntryStore, Outcome } from '../ports/application.ts';
import type { Lane, LaneWrite } from '../ports/lanes.ts';
import type { Services } from '../ports.ts';
import type { Entry } from '../sync/entry.ts';
import { awaitDecision, type Link } from '../sync/link.ts';
import { DEFAULT_RULES, lossOf, reconcile } from '../sync/reconcile.ts';
import { type Comparison, compare, compareWith, type How } from './compare-entries.ts';
import type { FoldedLink, Place } from './fold-items.ts';
import { freeName } from './free-name.ts';
import { dirtied, failed, linked, type Work } from './link-writes.ts';
import { appOf } from './sides.ts';

type Needs = Pick<Services, 'lanes' | 'directories' | 'clock'>;

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
  const work: Work[] = links.map((folded) => ({
    ...folded,
    decision: reconcile(folded.link, DEFAULT_RULES, place.isResync),
  }));
  if (place.isOffline) return noted(place, work, now);
  const creates = work.filter(({ decision }) => decision.do === 'create');
  const lane = await markCreating(needs, place, creates);
  const app = appOf(needs, place.connection);
  const how: How = {
    now,
    reassert: place.isResync,
    mayRemove: false,
    free: (claim) => freeName(needs, place.connection, claim),
    confirmLane: () => confirmLane(needs, lane),
  };
  const created = await create(app, creates, { ...how, slot: lane.lane });
  const compared = await compare(app, work, how);
  const others = work.flatMap((one) => settleWithout(one, now));
  const writes = [...created, ...compared, ...others];
  // A full run applies every edge in a phase of its own: nobody need be told.
  const fresh = new Set(
    place.isRepeat ? [] : links.filter(({ from }) => !from).map(({ link }) => link.entraId),
  );
  if (!place.tellsOthers) return { lane, writes: writes.map(withoutWake), returned: [], fresh };
  return { lane, writes, returned: writes.flatMap(returnedLink), fresh };
}

/** The application is down: what it should get is noted, and done when it is back. */
function noted(place: Place, work: readonly Work[], now: number): CarriedOut {
  const detail = 'the application cannot be reached';
  const writes = work.flatMap((one): LaneWrite[] => {
    const { link, from, decision } = one;
    const isTodo = decision.do === 'create' || (decision.do === 'compare' && link !== from);
    if (!isTodo) return settleWithout(one, now);
    if (link === from && link.dirty) return [];
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
  app: EntryStore,
  creates: readonly Work[],
  how: How & { readonly slot: number },
): Promise<LaneWrite[]> {
  const wanted = creates.flatMap(({ link, decision, from }) =>
    decision.do === 'create'
      ? [{ link: marked(link), entra: decision.entra, decision, from: stored(from, link) }]
      : [],
  );
  if (wanted.length === 0) return [];
  const drafts = wanted.map(({ link, entra }) => ({
    kind: link.kind,
    externalId: link.entraId,
    ...entra,
  }));
  const outcomes = await createFreely(app, drafts, how);
  const writes: LaneWrite[] = [];
  const own: Comparison[] = [];
  for (const [index, { link, entra, decision, from }] of wanted.entries()) {
    const outcome = outcomes[index];
    const one: Work = { link, from, decision };
    if (!outcome) continue;
    if (outcome.ok)
      writes.push(linked(one, { entra, entry: outcome.value, counts: 'created', now: how.now }));
    // A create that is repeated after a crash: the entry is ours already.
    else if (outcome.holder?.externalId === link.entraId)
      own.push({ one, entry: outcome.holder, entra });
    else writes.push(failed(one, outcome, how.now));
  }
  if (own.length > 0) await how.confirmLane();
  const found = await compareWith(app, own, { ...how, counts: 'created' });
  return [...writes, ...found];
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
  return { ...link, state: 'creating' };
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
      if (from?.dirty?.reason === decision.reason && link === from) return [];
      return [dirtied(link, from, { reason: decision.reason, now, detail: decision.detail })];
    case 'remove': {
      const loss = decision.appId === null ? undefined : lossOf(link, 'entry');
      const evidence = removalEvidence(link);
      const dirty = awaitDecision(link.dirty, loss, { now, evidence });
      if (link === from && dirty === from.dirty) return [];
      return [{ link: { ...link, dirty }, from }];
    }
    default:
      return [];
  }
}

/** Why an object is to be taken away, as the administrator is told. */
export function removalEvidence({ dirty, seen }: Link): string {
  const known = dirty?.evidence;
  // A full run that did not show it has said more already.
  if (known?.startsWith('a full reading') && seen.removed === 'changed') return known;
  const how = seen.removed === 'deleted' ? 'for good' : 'it can be restored';
  return `Entra reported the object as removed (${how})`;
}

function withoutWake(write: LaneWrite): LaneWrite {
  return 'link' in write ? { ...write, link: { ...write.link, wakeDue: null } } : write;
}

function returnedLink(write: LaneWrite): Link[] {
  return 'link' in write && write.link.wakeDue ? [write.link] : [];
}
