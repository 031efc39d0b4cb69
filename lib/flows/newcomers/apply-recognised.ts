import type { StoredConnection } from '../../ports/connections.ts';
import { countedKind } from '../../sync/counters.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { entraWritesOf } from '../sides.ts';
import { findOwn } from './find-own.ts';
import { type Made, tieBorn } from './tie-born.ts';

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
  const named = new Map<string, Made>();
  const gone = new Map<string, Made>();
  for (const { newcomer, entraId, removed } of message.objects) {
    const link = links.get(newcomer);
    if (link?.state === 'asked') (removed ? gone : named).set(newcomer, { link, entraId });
  }
  for (const [newcomer, one] of await stillAlive(needs, connection, gone))
    if (!named.has(newcomer)) named.set(newcomer, one);
  const made = [...named.values()];
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

/** What is gone may have been made once more since. */
async function stillAlive(
  needs: ApplyNeeds,
  connection: StoredConnection,
  gone: ReadonlyMap<string, Made>,
): Promise<ReadonlyMap<string, Made>> {
  if (gone.size === 0) return gone;
  const links = [...gone.values()].map(({ link }) => link);
  const alive = await findOwn(entraWritesOf(needs, connection), connection, links);
  return new Map(
    [...gone].map(([newcomer, { link, entraId }]) => [
      newcomer,
      { link, entraId: alive.get(newcomer) ?? entraId },
    ]),
  );
}
