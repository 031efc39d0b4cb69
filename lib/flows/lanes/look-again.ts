import type { LaneWrite } from '../../ports/lanes.ts';
import type { Item, Kind } from '../../sync/entry.ts';
import { foldRemoval } from '../../sync/fold.ts';
import { awaitDecision, type Link, stillDirty } from '../../sync/link.ts';
import { lossOfRemoval } from '../../sync/reconcile.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { type Judge, judgeOf } from '../entries/judge.ts';
import { removalEvidence } from '../entries/settle-without.ts';
import { entraOf } from '../sides.ts';
import type { ApplyNeeds } from './apply.ts';
import { foldRead } from './fold-read.ts';
import type { LanePlace } from './lane-work.ts';
import { remind } from './remind.ts';

/** After so many reads that still found the object, the removal is taken for a replay. */
const CONTRADICTIONS = 3;
const LOOKS = 3;

/**
 * Reads objects again whose removal is in doubt.
 *
 * | reason | found | not found |
 * | --- | --- | --- |
 * | unproven: it showed again, and was not found | it is back | looked at again; after 3 times it was a replay |
 * | contradicted: removed, and there by its id | looked at again; after 3 times it is back | its removal waits for a decision |
 */
export async function lookAgain(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
): Promise<void> {
  if (links.length === 0) return;
  const items = await readAll(needs, place, links);
  const found = links.filter((link) => items.has(link.entraId));
  const back = found.filter((link) => isBack(link));
  const now = needs.clock.now();
  const judge = await judgeOf(needs, place.connection, links);
  const doubted = found.flatMap((link): LaneWrite[] => {
    if (isBack(link)) return [];
    const detail = 'Entra reported the object as removed, and a read by id still finds it';
    const dirty = stillDirty(link.dirty, 'contradicted', { now, detail });
    return [{ link: { ...link, dirty }, from: link }];
  });
  const gone = links.flatMap((link): LaneWrite[] => {
    if (items.has(link.entraId)) return [];
    return [{ link: afterAbsence(judge, link, now), from: link }];
  });
  await remind(needs, place.message, [...doubted, ...gone]);
  await tellStanding(needs, place, gone);
  place.lane = await needs.lanes.commit(place.lane, [...doubted, ...gone]);
  await foldRead(
    needs,
    place,
    back.flatMap((link) => items.get(link.entraId) ?? []),
  );
}

/** A replica that lags does not show a restored object at once: it is looked for three times. */
function afterAbsence(judge: Judge, from: Link, now: number): Link {
  const { dirty } = from;
  const isUnproven = dirty?.reason === 'unproven';
  if (isUnproven && dirty.attempts < LOOKS) {
    const detail = 'the object is shown in one place, and not found in another';
    return { ...from, dirty: stillDirty(dirty, 'unproven', { now, detail }) };
  }
  // One that a full reading did not show, and that was there by its id for the last time.
  const isShown = from.seen.removed === undefined;
  const link = isShown ? foldRemoval(from, 'changed') : from;
  const decision = judge.decide(link);
  if (decision.do !== 'remove') return { ...link, dirty: null };
  const loss = lossOfRemoval(link, decision);
  const evidence = isShown
    ? 'a full reading did not show the object, and it is not found by its id'
    : removalEvidence(link, decision);
  return { ...link, dirty: awaitDecision(isUnproven ? null : dirty, loss, { now, evidence }) };
}

function isBack({ dirty }: Link): boolean {
  return dirty?.reason === 'unproven' || (dirty?.attempts ?? 0) >= CONTRADICTIONS;
}

/** The objects as they are now, by id; a large group comes in several items. */
async function readAll(
  needs: ApplyNeeds,
  { connection }: LanePlace,
  links: readonly Link[],
): Promise<Map<string, Item[]>> {
  const items = new Map<string, Item[]>();
  const entra = entraOf(needs, connection);
  for (const [kind, some] of Map.groupBy(links, (link): Kind => link.kind)) {
    const ids = some.map((link) => link.entraId);
    for await (const page of entra.read(kind, ids))
      for (const item of page) items.set(item.id, [...(items.get(item.id) ?? []), item]);
  }
  return items;
}
