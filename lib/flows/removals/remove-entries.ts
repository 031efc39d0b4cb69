import type { LaneWrite } from '../../ports/lanes.ts';
import { countedKind } from '../../sync/counters.ts';
import type { Kind } from '../../sync/entry.ts';
import { type Dirty, type Link, stillDirty } from '../../sync/link.ts';
import type { Removal as Decided } from '../../sync/reconcile.ts';
import { dropEdges } from '../edges/drop-edges.ts';
import { releaseEdges } from '../edges/release-edges.ts';
import { findOwnWork } from '../entries/find-own-work.ts';
import { judgeOf } from '../entries/judge.ts';
import { dirtied, isEntitled } from '../entries/link-writes.ts';
import { freeSeats } from '../entries/seat-users.ts';
import { markSwitching } from '../exports/mark-switching.ts';
import { tellTarget } from '../exports/tell-target.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { findAlive } from '../lanes/find-alive.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { tellSoon } from '../lanes/tell-soon.ts';
import { tellHolders } from '../lanes/wake-others.ts';
import { appOf } from '../sides.ts';
import { deactivateEntries } from './deactivate-entries.ts';

type Removal = { readonly link: Link; readonly decision: Decided };

const DAY = 24 * 60 * 60_000;

/**
 * Takes away the application's entries of objects that Entra removed, each confirmed by id first,
 * and of those that the rules leave out, judged anew. What a read by id still finds stays, and is due
 * again: a contradiction is never a decision.
 */
export async function removeEntries(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
): Promise<void> {
  if (links.length === 0) return;
  // A lagging replica, a replayed removal, a restore: what is found by id is not taken away.
  const gone = links.filter((link) => link.seen.removed !== undefined);
  const objects = gone.map(({ kind, entraId }) => ({ kind, id: entraId }));
  const alive = await findAlive(needs, place.connection, objects);
  const [proven, doubtful] = [
    links.filter((link) => !alive.has(link.entraId)),
    links.filter((link) => alive.has(link.entraId)),
  ];
  // Another worker may have taken over while Entra was asked: what it knows is newer.
  await confirmLane(needs, place.lane);
  const judge = await judgeOf(needs, place.connection, proven);
  // A create whose answer was lost may have left an entry.
  const begun = proven.filter(({ state }) => state === 'creating');
  const own = await findOwnWork(needs, place.connection, begun);
  const removals = proven.flatMap((known): Removal[] => {
    const link = { ...known, appId: known.appId ?? own.get(known.entraId) ?? null };
    const decision = judge.decide(link);
    return decision.do === 'remove' ? [{ link, decision }] : [];
  });
  const settled = proven.filter((link) => judge.decide(link).do !== 'remove');
  place.lane = await markSwitching(needs, place.lane, {
    rules: judge.rules,
    links: removals.flatMap(({ link, decision }) => (isDeactivation(decision) ? [link] : [])),
  });
  const refusals = await takeAway(needs, place, removals);
  const carried = removals.filter(({ link }) => !refusals.has(link.entraId));
  for (const removal of carried) await leaveEdges(needs, place, removal);
  const now = needs.clock.now();
  const done = carried.map((removal) => removed(removal, now));
  const failures = removals.flatMap(({ link }) => {
    const detail = refusals.get(link.entraId);
    return detail === undefined ? [] : [dirtied(link, link, { reason: 'refused', now, detail })];
  });
  const doubts = doubtful.map((link) => contradicted(link, now));
  await freeSeats(needs, place.connection.id, judge.rules, done);
  await remind(needs, place.message, [...doubts, ...failures]);
  place.lane = await needs.lanes.commit(place.lane, [...done, ...doubts, ...failures]);
  const over = done.flatMap((write) => ('link' in write ? [write.link] : []));
  await tellAndClear(needs, place, [...over, ...settled]);
}

/** The removal is taken off the list last: a crash before that tells the holders once more. */
export async function tellAndClear(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
): Promise<void> {
  const left = links.filter((link) => link.appId === null);
  const woken = await tellHolders(needs, place.message, left, false);
  // Who is deleted in Entra leaves its groups there anyway.
  const leavers = links.filter(({ seen }) => seen.removed === undefined);
  await tellTarget(needs, place.connection, leavers);
  const now = needs.clock.now();
  const cleared = links.map((link) => ({
    link: { ...link, dirty: resting(link, now) },
    from: link,
  }));
  await remind(needs, place.message, cleared);
  await tellSoon(needs, place, links);
  const wakes = place.lane.wakes | woken;
  place.lane = await needs.lanes.commit(place.lane, cleared, { wakes });
}

/** @returns what the application refused, by Entra id, with its reason */
async function takeAway(
  needs: ApplyNeeds,
  place: LanePlace,
  removals: readonly Removal[],
): Promise<ReadonlyMap<string, string>> {
  const app = appOf(needs, place.connection);
  const refusals = new Map<string, string>();
  for (const [kind, some] of Map.groupBy(removals, ({ link }): Kind => link.kind)) {
    const held = some.filter(({ decision }) => decision.appId !== null);
    const leaving = held.filter(({ decision }) => decision.how === 'delete');
    const resting = held.filter(({ decision }) => isDeactivation(decision));
    const ids = leaving.flatMap(({ decision }) => decision.appId ?? []);
    const outcomes = ids.length > 0 ? await app.remove(kind, ids, place.lane.lane) : [];
    for (const [index, { link }] of leaving.entries()) {
      const outcome = outcomes[index];
      if (outcome && !outcome.ok && outcome.reason !== 'missing')
        refusals.set(link.entraId, outcome.detail ?? outcome.reason);
    }
    const refused = await deactivateEntries(
      app,
      kind,
      resting.flatMap(({ decision }) => decision.appId ?? []),
    );
    for (const { link, decision } of resting) {
      const detail = refused.get(decision.appId ?? '');
      if (detail !== undefined) refusals.set(link.entraId, detail);
    }
  }
  return refusals;
}

function isDeactivation({ appId, how }: Decided): boolean {
  return appId !== null && how === 'deactivate';
}

/** An entry that is inactive, and to be deleted when its days are over. */
function resting({ graceUntil, appId, state }: Link, now: number): Dirty | null {
  if (graceUntil === null || appId === null || state !== 'removed') return null;
  const detail = 'the entry is inactive, and deleted when the days of grace are over';
  return { reason: 'grace', attempts: 1, due: graceUntil, since: now, detail };
}

function removed({ link, decision }: Removal, now: number): LaneWrite {
  const kind = countedKind(link.kind);
  const wasLinked = link.state === 'linked';
  const counted = {
    from: link,
    done: link.dirty?.approvedUntil === undefined ? link.dirty?.loss : undefined,
    ...(decision.appId !== null && {
      count: { [`${kind}.${decision.how === 'delete' ? 'deleted' : 'deactivated'}`]: 1 },
    }),
    ...(wasLinked && { totals: { [kind]: -1, entitlements: -Number(isEntitled(link)) } }),
  };
  if (decision.how === 'delete') {
    const free = {
      ...link,
      appId: null,
      agreed: null,
      wakeDue: null,
      graceUntil: null,
      unmet: false,
      switching: false,
      givenUp: null,
    };
    if (!link.seen.removed) return { ...counted, link: { ...free, state: 'unlinked' } };
    if (link.seen.removed !== 'deleted') return { ...counted, link: { ...free, state: 'removed' } };
    // Of a purged object the tombstone keeps the id alone.
    const seen = { properties: {}, removed: 'deleted' as const };
    return { ...counted, link: { ...free, state: 'gone', seen } };
  }
  const agreed = link.agreed && {
    entra: { ...link.agreed.entra, active: false },
    app: { ...link.agreed.app, active: false },
  };
  const { graceDays } = decision;
  const graceUntil = graceDays === undefined ? null : now + graceDays * DAY;
  return {
    ...counted,
    link: { ...link, state: 'removed', agreed, graceUntil, switching: false, givenUp: null },
  };
}

function contradicted(link: Link, now: number): LaneWrite {
  const detail = 'Entra reported the object as removed, and a read by id still finds it';
  const dirty = stillDirty(link.dirty, 'contradicted', { now, detail });
  return { link: { ...link, dirty }, from: link };
}

/** An entry that left took its memberships along; a purged object's edges are of no use any more. */
async function leaveEdges(needs: ApplyNeeds, place: LanePlace, { link, decision }: Removal) {
  if (decision.how !== 'delete') return;
  for await (const page of needs.lanes.edgesOf(place.lane, link.entraId)) {
    if (link.seen.removed === 'deleted') place.lane = await dropEdges(needs, place, page, false);
    else await releaseEdges(needs, place, page);
  }
}
