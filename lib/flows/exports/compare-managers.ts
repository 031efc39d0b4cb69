import type { WritePriority } from '../../ports/entra-writes.ts';
import type { LaneWrite, Report } from '../../ports/lanes.ts';
import type { Edge } from '../../sync/edge.ts';
import { isWish, isWithdrawal, refusedAgain, settled, withdrawal } from '../../sync/edge-export.ts';
import type { Link } from '../../sync/link.ts';
import { isMet, managersIn, mergeManager } from '../../sync/merge-manager.ts';
import { findable, forgetDropped } from '../edges/write-reverse.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import { edgeDrop, edgeWrite, type LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { exportManagers, readOnly } from './export-managers.ts';
import { type ManagerFacts, managerFacts } from './manager-facts.ts';

/** How managers are compared. */
interface How {
  readonly priority: WritePriority;
  readonly onlyDifferent?: boolean;
}

/**
 * Merges the managers of users of this lane: what the application set is written to Entra, what it
 * cleared waits for a decision. Who has a manager who is not linked is found again when that one is. May
 * be repeated.
 * @returns users whose manager in the application cannot be told to Entra yet
 */
export async function compareManagers(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
  how: How,
): Promise<readonly Report[]> {
  const waiting = await compareOnce(needs, place, links, how);
  if (waiting.length === 0) return waiting;
  await needs.ties.noteReports(place.connection.id, waiting);
  // Whoever was linked between the look and the note has told nobody of it.
  const still = await compareOnce(needs, place, among(links, waiting), how);
  const linked = waiting.filter((one) => !still.some(({ entraId }) => entraId === one.entraId));
  await needs.ties.forgetReports(place.connection.id, linked);
  return still;
}

function among(links: readonly Link[], reports: readonly Report[]): readonly Link[] {
  const ids = new Set(reports.map(({ entraId }) => entraId));
  return links.filter(({ entraId }) => ids.has(entraId));
}

async function compareOnce(
  needs: ApplyNeeds,
  place: LanePlace,
  links: readonly Link[],
  { priority, onlyDifferent = false }: How,
): Promise<readonly Report[]> {
  const { facts, waiting } = await managerFacts(needs, place, links, onlyDifferent);
  const judged = Map.groupBy(facts, ({ edges, app }) =>
    mergeManager({ ...managersIn(edges), app }),
  );
  const now = needs.clock.now();
  const noted = [
    ...(judged.get('both') ?? []).flatMap(met),
    ...(judged.get('withdraw') ?? []).flatMap((one) => withdrawn(one, now)),
    ...(judged.get('nothing') ?? []).flatMap(outdated),
  ];
  const set = await exportManagers(needs, place, judged.get('set') ?? [], priority);
  const writes = [...noted, ...set];
  if (writes.length === 0) return waiting;
  await findable(needs, place.connection, writes);
  await remind(needs, place.message, writes);
  place.lane = await needs.lanes.commit(place.lane, writes);
  await forgetDropped(needs, place.connection.id, writes);
  return waiting;
}

function met({ edges, app }: ManagerFacts): LaneWrite[] {
  if (isMet(edges, app)) return [];
  return edges.flatMap((edge): LaneWrite[] => {
    if (edge.member === app) return [edgeWrite(edge, { ...settled(edge), applied: true })];
    // Both have taken it away.
    return isWish(edge) || edge.applied ? [edgeDrop(edge)] : [];
  });
}

/** What Entra did not take and the application wants no more, or Entra has overruled. */
function outdated({ edges, app }: ManagerFacts): LaneWrite[] {
  return edges.flatMap((edge): LaneWrite[] => {
    if (isWish(edge)) return [edgeDrop(edge)];
    const isRevoked = isWithdrawal(edge) && app === edge.member;
    return isRevoked ? [edgeWrite(edge, settled(edge))] : [];
  });
}

function withdrawn({ link, edges }: ManagerFacts, now: number): LaneWrite[] {
  const wishes = edges.filter(isWish).map(edgeDrop);
  const edge = edges.find(({ wanted }) => wanted);
  if (!edge || (isWithdrawal(edge) && edge.removal?.state !== 'resting')) return wishes;
  const refused = readOnly(link);
  if (refused && edge.refused?.reason === refused.reason) return wishes;
  const next: Edge = refused
    ? { ...edge, removal: null, refused: refusedAgain(edge, refused, now) }
    : { ...settled(edge), removal: withdrawal(edge, 'application', now) };
  return [...wishes, edgeWrite(edge, next)];
}
