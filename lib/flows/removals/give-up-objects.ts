import type { LaneWrite } from '../../ports/lanes.ts';
import { countedKind } from '../../sync/counters.ts';
import { foldSent } from '../../sync/entra-values.ts';
import type { Kind } from '../../sync/entry.ts';
import { givenUp, isOff } from '../../sync/given-up.ts';
import type { Link } from '../../sync/link.ts';
import { SYNCED } from '../../sync/rules/compile.ts';
import { releaseEdges } from '../edges/release-edges.ts';
import { dropLoose } from '../entries/drop-loose.ts';
import { entriesBack, takenBack } from '../entries/entries-back.ts';
import { judgeOf } from '../entries/judge.ts';
import { dirtied, isEntitled } from '../entries/link-writes.ts';
import { freeSeats } from '../entries/seat-users.ts';
import { type Refused, tryEntra } from '../exports/try-entra.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { appOf, entraWritesOf } from '../sides.ts';
import { tellAndClear } from './remove-entries.ts';
import { unwritableGroups } from './unwritable-groups.ts';

/** An object whose entry the application has deleted, and what is to be done to it in Entra. */
interface Deletion {
  readonly link: Link;
  readonly how: 'disable' | 'delete';
}

/**
 * Disables or deletes objects in Entra whose entries the application has deleted. Each entry is looked
 * for once more: what is there, or there again, is compared instead. What Entra refuses stands on the
 * link, and is tried again.
 */
export async function giveUpObjects(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
): Promise<void> {
  if (links.length === 0) return;
  const { connection } = place;
  const judge = await judgeOf(needs, connection, links);
  const wished = links.flatMap((link): Deletion[] => {
    const decision = judge.decide(link);
    if (decision.do !== 'remove' || !('inEntra' in decision.why)) return [];
    return [{ link, how: decision.why.inEntra }];
  });
  // A crash may have come before their groups were told.
  const settled = links.filter((link) => !wished.some((one) => one.link === link));
  const now = needs.clock.now();
  const back = await entriesBack(
    needs,
    connection,
    wished.map(({ link }) => link),
  );
  const returned = wished.flatMap(({ link }) => takenBack(link, back.get(link.entraId), now));
  const going = wished.filter(({ link }) => !back.has(link.entraId));
  const refusals = await takeAway(needs, place, going);
  const gone = going.filter(({ link }) => !refusals.has(link));
  for (const { link } of gone)
    for await (const page of needs.lanes.edgesOf(place.lane, link.entraId))
      await releaseEdges(needs, place, page);
  const done = gone.map((one) => doneIn(one, now));
  const failures = going.flatMap((one): LaneWrite[] => {
    const refusal = refusals.get(one.link);
    return refusal ? [refused(one, refusal, needs.clock.now())] : [];
  });
  await dropLoose(appOf(needs, connection), [...done, ...returned]);
  await freeSeats(needs, connection.id, judge.rules, [...done, ...returned]);
  await remind(needs, place.message, [...returned, ...failures]);
  place.lane = await needs.lanes.commit(place.lane, [...done, ...returned, ...failures]);
  const over = done.flatMap((write) => ('link' in write ? [write.link] : []));
  await tellAndClear(needs, place, [...over, ...settled]);
}

/** @returns what was refused, and why */
async function takeAway(
  needs: ApplyNeeds,
  place: LanePlace,
  deletions: readonly Deletion[],
): Promise<ReadonlyMap<Link, Refused>> {
  const refusals = await unwritable(needs, place, deletions);
  const open = deletions.filter(({ link, how }) => {
    return !refusals.has(link) && (how === 'delete' || !isOff(link));
  });
  if (open.length === 0) return refusals;
  // Another worker may have taken over while both sides were asked: what it knows is newer. And who
  // dies behind the request leaves word of what an old page may show.
  const off = open.filter(({ how }) => how === 'disable');
  const sentAt = needs.clock.now();
  const marks = off.map(({ link }) => ({ link: announced(link, sentAt), from: link }));
  if (marks.length > 0) place.lane = await needs.lanes.commit(place.lane, marks);
  else await confirmLane(needs, place.lane);
  const writes = entraWritesOf(needs, place.connection);
  const note = (some: readonly Deletion[], outcomes: readonly (Refused | undefined)[]) => {
    for (const [index, { link }] of some.entries()) {
      const outcome = outcomes[index];
      if (outcome) refusals.set(link, outcome);
    }
  };
  const properties = { accountEnabled: false };
  const changes = off.map(({ link: { kind, entraId: id } }) => ({ kind, id, properties }));
  if (off.length > 0) note(off, await tryEntra(off, () => writes.update(changes, 'high')));
  const leaving = open.filter(({ how }) => how === 'delete');
  for (const [kind, some] of Map.groupBy(leaving, ({ link }): Kind => link.kind)) {
    const ids = some.map(({ link }) => link.entraId);
    note(some, await tryEntra(some, () => writes.remove(kind, ids, 'high')));
  }
  return refusals;
}

/** What is seen of it stays as it is. */
function announced(link: Link, now: number): Link {
  const { sent } = foldSent(link.seen, { accountEnabled: false }, now);
  return { ...link, seen: { ...link.seen, ...(sent && { sent }) } };
}

/** What is not to be written, whoever asks. */
async function unwritable(
  needs: ApplyNeeds,
  { connection }: LanePlace,
  deletions: readonly Deletion[],
): Promise<Map<Link, Refused>> {
  const groups = deletions.filter(({ link }) => link.kind === 'group').map(({ link }) => link);
  const reasons = await unwritableGroups(needs, connection, groups);
  return new Map(
    deletions.flatMap(({ link }) => {
      const isSynced = link.seen.properties[SYNCED] === true;
      const detail = isSynced ? 'it is synced from on-premises' : reasons.get(link.entraId);
      if (detail === undefined) return [];
      return [[link, { reason: 'entra-read-only', detail }] as const];
    }),
  );
}

function doneIn({ link, how }: Deletion, now: number): LaneWrite {
  const kind = countedKind(link.kind);
  const counted =
    how === 'disable' ? (['disabledInEntra'] as const) : (['deletedInEntra'] as const);
  const isNews = how === 'delete' || !isOff(link);
  // It stays on the list until its groups are told.
  return {
    link: { ...givenUp(link, how, now), dirty: link.dirty },
    from: link,
    totals: { [kind]: -1, entitlements: -Number(isEntitled(link)) },
    done: link.dirty?.approvedUntil === undefined ? link.dirty?.loss : undefined,
    ...(isNews && { count: Object.fromEntries(counted.map((one) => [`${kind}.${one}`, 1])) }),
  };
}

function refused({ link, how }: Deletion, { reason, detail }: Refused, now: number): LaneWrite {
  // Nobody knows whether it was carried out.
  const isOpen = reason === 'entra-later' && how === 'disable';
  const write = dirtied(isOpen ? announced(link, now) : link, link, { reason, now, detail });
  if (reason !== 'entra-read-only') return write;
  return { ...write, count: { [`${countedKind(link.kind)}.skipped`]: 1 } };
}
