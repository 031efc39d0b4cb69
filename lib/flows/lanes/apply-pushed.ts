import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { linkOfPushed, totalsOfPushed } from '../../sync/pushed.ts';
import { appOf } from '../sides.ts';
import type { ApplyNeeds } from './apply.ts';

type PushedMessage = Extract<LaneMessage, { kind: 'pushed' }>;

/** Ties entries that Entra's provisioning service has written to the objects that they stand for. */
export async function applyPushed(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: PushedMessage,
): Promise<void> {
  const lane = await needs.lanes.open(connection.id, message.lane);
  const ids = message.objects.map(({ entraId }) => entraId);
  const links = await needs.lanes.links(lane, [...new Set(ids)]);
  const entries = await entriesOf(needs, connection, message);
  const writes = new Map<string, LaneWrite>();
  for (const pushed of message.objects) {
    const from = links.get(pushed.entraId);
    const link = linkOfPushed(from, pushed, entries.get(pushed.appId));
    if (link) writes.set(pushed.entraId, { link, from, totals: totalsOfPushed(from, link) });
  }
  if (writes.size > 0) await needs.lanes.commit(lane, [...writes.values()]);
}

/** As they are now: a message may be late. */
async function entriesOf(
  needs: ApplyNeeds,
  connection: StoredConnection,
  { objects }: PushedMessage,
): Promise<ReadonlyMap<string, Entry>> {
  const app = appOf(needs, connection);
  const found = new Map<string, Entry>();
  for (const [kind, some] of Map.groupBy(objects, (object): Kind => object.kind)) {
    const ids = [...new Set(some.map(({ appId }) => appId))];
    for (const [id, entry] of await app.read(kind, ids)) found.set(id, entry);
  }
  return found;
}
