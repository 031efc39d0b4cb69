import type { LaneMessage } from '../../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';

/**
 * Forgets the failures that an administrator has seen: the objects are tried again when they change,
 * or at the next full run. A removal that failed is no failure to forget: it stays until it is done.
 */
export async function applyDismissal(
  needs: ApplyNeeds,
  message: Extract<LaneMessage, { kind: 'dismiss' }>,
): Promise<void> {
  const lane = await needs.lanes.open(message.connectionId, message.lane);
  const links = [...(await needs.lanes.links(lane, message.links)).values()];
  const failed = links.filter(
    ({ dirty, seen }) =>
      dirty && dirty.reason !== 'removal' && dirty.reason !== 'held' && !seen.removed,
  );
  const writes = failed.map((link) => ({ link: { ...link, dirty: null }, from: link }));
  if (writes.length > 0) await needs.lanes.commit(lane, writes);
}
