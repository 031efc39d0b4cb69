import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import { inDoubt } from '../../sync/entra-values.ts';
import type { Item, Kind } from '../../sync/entry.ts';
import type { LaneMessage } from '../../sync/messages.ts';
import { managerInDoubt } from '../../sync/sent-manager.ts';
import { tellStanding } from '../edges/tell-standing.ts';
import { freed } from '../entries/entries-back.ts';
import { judgeOf } from '../entries/judge.ts';
import { askForDecision } from '../removals/ask-for-decision.ts';
import { entraOf, isOfSide } from '../sides.ts';
import type { ApplyNeeds } from './apply.ts';
import type { Trial } from './apply-items.ts';
import { foldRead, type Reread } from './fold-read.ts';
import type { LanePlace } from './lane-work.ts';
import { noteMissing } from './note-missing.ts';
import { remind } from './remind.ts';

const ASK_LATER_SECONDS = 180;

type VerifyMessage = Extract<LaneMessage, { kind: 'verify' }>;

/**
 * Reads objects by id, because what was said of them was lost, or an administrator wants them in step
 * at once: what is found is folded like any item; of what is not found a removal is noted, which waits
 * for a decision like any other.
 */
export async function applyVerify(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: VerifyMessage,
  { isOffline }: Trial,
): Promise<void> {
  const lane = await needs.lanes.reopen(connection.id, message.lane);
  const place: LanePlace = { connection, message, lane };
  try {
    await verify(needs, place, message, { isOffline, reassert: message.reassert });
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    return askLater(needs, message);
  }
  if (place.lane.removals > 0) await askForDecision(needs, connection.id, 1 << message.lane);
}

async function verify(
  needs: ApplyNeeds,
  place: LanePlace,
  message: VerifyMessage,
  how: Reread,
): Promise<void> {
  const { connection } = place;
  if (how.reassert) await wantAgain(needs, place, message);
  for (const [kind, some] of Map.groupBy(message.objects, (object): Kind => object.kind)) {
    const ids = [...new Set(some.map(({ id }) => id))];
    const missing = new Set(ids);
    for await (const items of entraOf(needs, connection).read(kind, ids)) {
      for (const { id } of items) missing.delete(id);
      const shown = message.doubts ? await doubtful(needs, place, items) : items;
      await foldRead(needs, place, shown, how);
    }
    if (!message.doubts) await noteRemovals(needs, place, { kind, ids: [...missing] });
  }
}

/** An administrator wants these objects in the application, whatever it has given up. */
async function wantAgain(needs: ApplyNeeds, place: LanePlace, { objects }: VerifyMessage) {
  const ids = objects.map(({ id }) => id);
  const links = [...(await needs.lanes.links(place.lane, ids)).values()];
  const given = links.filter(({ givenUp }) => givenUp !== null);
  const writes = given.map((link) => freed(link, needs.clock.now()));
  await remind(needs, place.message, writes);
  if (writes.length > 0) place.lane = await needs.lanes.commit(place.lane, writes);
}

/** Only what is still as it was written: whatever the delta has shown since is younger. */
async function doubtful(
  needs: ApplyNeeds,
  { lane }: LanePlace,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const links = await needs.lanes.links(
    lane,
    items.map(({ id }) => id),
  );
  return items.flatMap(({ kind, id, properties, manager }) => {
    const link = links.get(id);
    if (!link || link.seen.removed) return [];
    const word = managerInDoubt(link.seen, { manager });
    if (link.givenUp === 'deleted') return [{ kind, id, properties, ...word }];
    return [{ kind, id, properties: inDoubt(link.seen, properties), ...word }];
  });
}

/** Entra cannot be asked now: the lane goes on meanwhile. */
async function askLater(needs: Pick<ApplyNeeds, 'bus'>, message: VerifyMessage): Promise<void> {
  await needs.bus.send('changes', [{ ...toLane(message), delaySeconds: ASK_LATER_SECONDS }]);
}

async function noteRemovals(
  needs: ApplyNeeds,
  place: LanePlace,
  { kind, ids }: { readonly kind: Kind; readonly ids: readonly string[] },
): Promise<void> {
  const links = [...(await needs.lanes.links(place.lane, ids)).values()];
  if (links.length === 0) return;
  const restorable = await entraOf(needs, place.connection).restorable(kind, ids);
  const now = needs.clock.now();
  const judge = await judgeOf(needs, place.connection, links);
  const writes = links.flatMap((link) =>
    noteMissing(judge, link, {
      isRestorable: restorable.has(link.entraId),
      now,
      by: 'a read by its id',
    }),
  );
  await tellStanding(needs, place, writes);
  if (writes.length > 0) place.lane = await needs.lanes.commit(place.lane, writes);
}
