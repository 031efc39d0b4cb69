import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeRelease, type LanePlace } from '../lanes/lane-work.ts';
import { memberFacts, type Question } from './member-facts.ts';

/**
 * While memberships do not flow to Entra, what the application takes away is nobody's wish: it is noted
 * that the application lacks it, so that the next full run gives it back. May be repeated.
 */
export async function releaseTaken(
  needs: ApplyNeeds,
  place: LanePlace,
  questions: readonly Question[],
): Promise<void> {
  const taken = questions.filter(({ removed }) => removed);
  if (taken.length === 0) return;
  const facts = await memberFacts(needs, place, taken);
  const released = facts.flatMap(({ edge, holds }) => {
    if (!edge || holds || !edge.applied || !edge.wanted || edge.removal) return [];
    return [edgeRelease(edge)];
  });
  if (released.length > 0) place.lane = await needs.lanes.commit(place.lane, released);
}
