import type { Directory } from '../directory/directory.ts';
import { isLive } from '../directory/directory-object.ts';
import type { DeltaItem } from './delta-item.ts';
import { type DeltaView, itemOf } from './delta-page.ts';
import type { DeltaStart } from './delta-round.ts';

/**
 * Plain items of objects that are gone and whose removal the client has seen, as they were before
 * they left: the last `count` of them, the latest first. Old changes can be replayed (Graph docs:
 * delta query overview, "replays").
 */
export function staleItems(
  directory: Directory,
  start: DeltaStart,
  view: DeltaView & { readonly count: number },
): DeltaItem[] {
  const { since = 0 } = start;
  const items: DeltaItem[] = [];
  for (const [object, last] of [...directory.feed.past.departed()].toReversed()) {
    if (items.length >= view.count) break;
    if (isLive(object.state) || object.marks.gone > since) continue;
    const replica = { ...view.replica, stateOf: () => last };
    const item = itemOf(object, start.query, { ...view, replica });
    if (item !== undefined) items.push(item);
  }
  return items;
}
