import type { StoredConnection } from '../ports/connections.ts';
import { countedKind } from '../sync/counters.ts';
import type { LaneMessage } from '../sync/messages.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { tieBorn } from './tie-born.ts';

/**
 * Entra shows objects that were made of entries of this lane: they are tied now, though the answer to
 * their making may be lost. What is not kept any more was tied before.
 */
export async function applyRecognised(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'recognised' }>,
  { isOffline }: Trial,
): Promise<void> {
  // The object is looked at again, and the lane told again.
  if (isOffline) return;
  const lane = await needs.lanes.open(connection.id, message.lane);
  const ids = message.objects.map(({ newcomer }) => newcomer);
  const links = await needs.lanes.links(lane, [...new Set(ids)]);
  const made = message.objects.flatMap(({ newcomer, entraId }) => {
    const link = links.get(newcomer);
    return link?.state === 'asked' ? [{ link, entraId }] : [];
  });
  if (made.length === 0) return;
  await tieBorn(needs, connection, made);
  await needs.lanes.commit(
    lane,
    made.map(({ link }) => ({
      dropLink: link,
      count: { [`${countedKind(link.kind)}.exported`]: 1 },
    })),
  );
}
