import type { LaneWrite } from '../../ports/lanes.ts';
import { type Edge, edgeLoss, edgeName } from '../../sync/edge.ts';
import { refusedAgain, settled } from '../../sync/edge-export.ts';
import { withSentManager } from '../../sync/sent-manager.ts';
import { forgetDropped } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import { edgeDrop, edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { entraWritesOf } from '../sides.ts';
import { readOnly } from './export-managers.ts';
import { type ManagerFacts, managerFacts } from './manager-facts.ts';
import { type Refused, tryEntra } from './try-entra.ts';

/**
 * Takes managers away in Entra that the application has cleared, if it still has none. What Entra does
 * not take stands on the edge, and is tried again.
 */
export async function withdrawManagers(
  needs: ApplyNeeds,
  place: LanePlace,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return;
  const now = needs.clock.now();
  const links = await needs.lanes.links(
    place.lane,
    edges.map(({ holder }) => holder),
  );
  const { facts } = await managerFacts(needs, place, [...links.values()]);
  const cleared = new Map(
    facts.filter(({ app }) => app === null).map((one) => [one.link.entraId, one]),
  );
  const going = edges.flatMap((edge) => {
    const one = cleared.get(edge.holder);
    return one ? [{ edge, one, barred: readOnly(one.link) }] : [];
  });
  const open = going.filter(({ barred }) => !barred);
  const refusals = await takeAway(
    needs,
    place,
    open.map(({ one }) => one),
  );
  const results = new Map(open.map(({ edge }, at) => [edgeName(edge), refusals[at]]));
  const writes = going.flatMap(({ edge, one, barred }): LaneWrite[] => {
    const refused = barred ?? results.get(edgeName(edge));
    return refused ? [refusedBy(edge, refused, now)] : gone(edge, one, now);
  });
  // Whoever has a manager again, or is not in step, is nobody's wish; a later write says more.
  const kept = edges
    .filter(({ holder }) => !cleared.has(holder))
    .map((edge) => edgeWrite(edge, { ...edge, removal: null }));
  await remind(needs, place.message, writes);
  place.lane = await needs.lanes.commit(place.lane, [...writes, ...kept]);
  await forgetDropped(needs, place.connection.id, writes);
}

async function takeAway(
  needs: ApplyNeeds,
  place: LanePlace,
  going: readonly ManagerFacts[],
): Promise<readonly (Refused | undefined)[]> {
  if (going.length === 0) return [];
  await confirmLane(needs, place.lane);
  const pairs = going.map(({ link }) => ({ userId: link.entraId, managerId: null }));
  const entra = entraWritesOf(needs, place.connection);
  return tryEntra(pairs, () => entra.setManagers(pairs, 'high'));
}

function refusedBy(edge: Edge, refused: Refused, now: number): LaneWrite {
  return edgeWrite(edge, { ...settled(edge), refused: refusedAgain(edge, refused, now) });
}

function gone(edge: Edge, { link }: ManagerFacts, now: number): LaneWrite[] {
  const done = edge.removal?.state === 'approved' ? undefined : edgeLoss(edge);
  const seen = withSentManager(link.seen, null, now);
  return [
    { ...edgeDrop(edge), done },
    { link: { ...link, seen }, from: link },
  ];
}
