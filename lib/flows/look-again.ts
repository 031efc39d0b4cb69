import type { LaneWrite } from '../ports.ts';
import type { Item, Kind } from '../sync/entry.ts';
import { awaitDecision, type Link, stillDirty } from '../sync/link.ts';
import { lossOf } from '../sync/reconcile.ts';
import type { ApplyNeeds } from './apply.ts';
import type { RetryPlace } from './apply-retry.ts';
import { foldRead } from './fold-read.ts';
import { remind } from './remind.ts';
import { entraOf } from './sides.ts';

/** After so many reads that still found the object, the removal is taken for a replay. */
const CONTRADICTIONS = 3;

/**
 * Reads objects again whose removal is in doubt.
 *
 * | reason | found | not found |
 * | --- | --- | --- |
 * | unproven: it showed again, and Entra could not be asked | it is back | its removal waits for a decision |
 * | contradicted: removed, and there by its id | doubted again; after 3 times it is back | the same |
 */
export async function lookAgain(
  needs: ApplyNeeds,
  place: RetryPlace,
  links: readonly Link[],
): Promise<void> {
  if (links.length === 0) return;
  const items = await readAll(needs, place, links);
  const found = links.filter((link) => items.has(link.entraId));
  const back = found.filter((link) => isBack(link));
  const now = needs.clock.now();
  const doubted = found.flatMap((link): LaneWrite[] => {
    if (isBack(link)) return [];
    const detail = 'Entra reported the object as removed, and a read by id still finds it';
    const dirty = stillDirty(link.dirty, 'contradicted', { now, detail });
    return [{ link: { ...link, dirty }, from: link }];
  });
  const gone = links.flatMap((link): LaneWrite[] => {
    if (items.has(link.entraId)) return [];
    const loss = link.appId === null ? undefined : lossOf(link, 'entry');
    const detail = 'Entra reported the object as removed, and no longer finds it by its id';
    const dirty = awaitDecision(null, loss, { now, detail });
    return [{ link: { ...link, dirty }, from: link }];
  });
  await remind(needs, place.message, doubted);
  place.lane = await needs.lanes.commit(place.lane, [...doubted, ...gone]);
  await foldRead(
    needs,
    place,
    back.flatMap((link) => items.get(link.entraId) ?? []),
  );
}

function isBack({ dirty }: Link): boolean {
  return dirty?.reason === 'unproven' || (dirty?.attempts ?? 0) >= CONTRADICTIONS;
}

/** The objects as they are now, by id; a large group comes in several items. */
async function readAll(
  needs: ApplyNeeds,
  { connection }: RetryPlace,
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
