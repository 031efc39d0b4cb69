import type { StoredConnection } from '../../ports/connections.ts';
import { stillDirty } from '../../sync/link.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { newcomerId } from '../../sync/newcomers/marker.ts';
import { askedFor } from '../../sync/newcomers/newcomer.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { makeInEntra } from './make-in-entra.ts';

/** Entries of the application that Entra does not know are made there. */
export async function applyNewcomers(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: Extract<LaneMessage, { kind: 'newcomers' }>,
  { isOffline }: Trial,
): Promise<void> {
  const lane = await needs.lanes.open(connection.id, message.lane);
  const place: LanePlace = { connection, message, lane };
  const ids = message.objects.map(({ appId }) => newcomerId(connection.id, appId));
  const stored = await needs.lanes.links(lane, [...new Set(ids)]);
  const wishes = [...new Map(message.objects.map((one) => [one.appId, one])).values()].map(
    (one) => {
      const from = stored.get(newcomerId(connection.id, one.appId));
      return { from, link: from ?? askedFor(connection.id, one) };
    },
  );
  if (!isOffline) return makeInEntra(needs, place, wishes);
  // The application cannot be asked about them: they wait until it is back.
  const now = needs.clock.now();
  const detail = 'the application cannot be reached';
  const writes = wishes.flatMap(({ link, from }) =>
    from
      ? []
      : [{ link: { ...link, dirty: stillDirty(null, 'unavailable', { now, detail }) }, from }],
  );
  await remind(needs, message, writes);
  if (writes.length > 0) await needs.lanes.commit(lane, writes);
}
