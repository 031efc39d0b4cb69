import type { StoredConnection } from '../../ports/connections.ts';
import { toLane } from '../../sync/addressed.ts';
import { type Edge, edgeLoss } from '../../sync/edge.ts';
import { isOfTarget, isWithdrawal } from '../../sync/edge-export.ts';
import type { Link } from '../../sync/link.ts';
import { LOSS_KINDS, type LossKind, NO_LOSSES } from '../../sync/losses.ts';
import type { EdgeKey, LaneMessage } from '../../sync/messages.ts';
import type { Decision } from '../../sync/reconcile.ts';
import { isRemovable } from '../edges/edge-ways.ts';
import { removeEdges } from '../edges/remove-edges.ts';
import { judgeOf } from '../entries/judge.ts';
import { withdrawManagers } from '../exports/withdraw-managers.ts';
import { withdrawMembers } from '../exports/withdraw-members.ts';
import { withdrawTargets } from '../exports/withdraw-targets.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { edgeWrite, enterPhase, type LanePlace } from '../lanes/lane-work.ts';
import { awaitedRun, closePhase } from '../poll/close-phase.ts';
import { isOfSide } from '../sides.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import { giveUpObjects } from './give-up-objects.ts';
import { removeEntries } from './remove-entries.ts';
import { removeValues } from './remove-values.ts';

type RemovalsMessage = Extract<LaneMessage, { kind: 'removals' }>;

const SKEW_MILLISECONDS = 1_000;

/**
 * Carries out the removals that wait in the lane, each confirmed by id first; those of the kinds
 * that the guard holds are laid by for an administrator. What one approved is carried out whatever
 * the guard says, as long as the approval lasts.
 */
export async function applyRemovals(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: RemovalsMessage,
  { isOffline }: Trial,
): Promise<void> {
  const run = await awaitedRun(needs, message);
  if (!run) return;
  const phase = 'removals' as const;
  const opened = await needs.lanes.reopen(connection.id, message.lane);
  const lane = enterPhase(opened, { runId: message.runId, phase });
  const place: LanePlace = { connection, message, lane };
  // While the application is down they wait where they are, and are decided on when it is back.
  if (isOffline) return closePhase(needs, message, { ...lane, phase });
  // What came after the report was never before the guard: the run's end asks for a decision.
  const report = run.ticks[message.lane];
  const decided = report?.losses ?? NO_LOSSES;
  // Two workers' clocks may differ a little.
  const reportedAt = (report?.at ?? 0) + SKEW_MILLISECONDS;
  if (LOSS_KINDS.some((kind) => opened.waiting[kind] > decided[kind]))
    return closePhase(needs, message, { ...lane, phase });
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  try {
    for await (const { links, edges } of needs.lanes.removals(lane)) {
      // Switched off, nothing more is taken away; the lane is told again when it is on.
      if (!(await needs.connections.get(connection.id))?.enabled) return;
      const decision = { hold: message.hold, reportedAt };
      // Leavers first: they do not wait for a group that Entra tells nothing of.
      if (links.length > 0) await carryOutLinks(needs, place, decision, links);
      if (edges.length > 0) await carryOutEdges(needs, place, decision, edges);
      if (needs.clock.now() > deadline) return await needs.bus.send('changes', [toLane(message)]);
    }
  } catch (error) {
    // Without Entra's confirmation nothing is taken away; the run's end asks for another decision.
    if (!isOfSide(error, 'entra')) throw error;
    needs.log.warn('removals wait for Entra', { connectionId: connection.id, code: error.code });
    const left = await needs.lanes.reopen(connection.id, message.lane);
    place.lane = enterPhase(left, { runId: message.runId, phase });
  }
  return closePhase(needs, message, { ...place.lane, phase });
}

/** What the guard said, and of which removals: later ones it has not seen. */
interface Decided {
  readonly hold: readonly LossKind[];
  readonly reportedAt: number;
}

/** What becomes of a removal: an approval beats the guard, until it lapses. */
function fateOf(
  loss: LossKind | undefined,
  approvedUntil: number | null,
  at: { now: number; hold: readonly LossKind[] },
): 'hold' | 'go' {
  if (approvedUntil !== null) return approvedUntil < at.now ? 'hold' : 'go';
  return loss !== undefined && at.hold.includes(loss) ? 'hold' : 'go';
}

async function carryOutLinks(
  needs: ApplyNeeds,
  place: LanePlace,
  { hold, reportedAt }: Decided,
  ids: readonly string[],
): Promise<void> {
  const now = needs.clock.now();
  const links = [...(await needs.lanes.links(place.lane, ids)).values()].filter(
    ({ dirty }) => dirty?.reason === 'removal' && dirty.since <= reportedAt,
  );
  const fates = Map.groupBy(links, (link) =>
    fateOf(link.dirty?.loss, link.dirty?.approvedUntil ?? null, { now, hold }),
  );
  const held = (fates.get('hold') ?? []).map((link) => ({ link: heldBack(link, now), from: link }));
  if (held.length > 0) place.lane = await needs.lanes.commit(place.lane, held);
  const going = fates.get('go') ?? [];
  const judge = await judgeOf(needs, place.connection, going);
  const kinds = Map.groupBy(going, (link) => kindOf(link, judge.decide(link)));
  await removeEntries(needs, place, kinds.get('entry') ?? []);
  await giveUpObjects(needs, place, kinds.get('object') ?? []);
  await removeValues(needs, place, kinds.get('values') ?? []);
}

/** What is taken away: an entry, an object of Entra, or values of either. */
function kindOf({ seen, givenUp }: Link, decision: Decision): 'entry' | 'object' | 'values' {
  if (seen.removed !== undefined) return 'entry';
  if (givenUp === 'disabled' || givenUp === 'deleted') return 'object';
  if (decision.do !== 'remove') return 'values';
  return 'inEntra' in decision.why ? 'object' : 'entry';
}

function heldBack(link: Link, now: number): Link {
  const { approvedUntil: _, ...before } = link.dirty ?? { attempts: 0, due: now };
  return { ...link, dirty: { ...before, reason: 'held', isHeld: true, since: now } };
}

async function carryOutEdges(
  needs: ApplyNeeds,
  place: LanePlace,
  { hold, reportedAt }: Decided,
  keys: readonly EdgeKey[],
): Promise<void> {
  const now = needs.clock.now();
  const found = [...(await needs.lanes.edges(place.lane, keys)).values()];
  const [carried, others] = [
    found.filter((edge) => isRemovable(place.connection, edge)),
    found.filter((edge) => !isRemovable(place.connection, edge)),
  ];
  if (others.length > 0) place.lane = await needs.lanes.commit(place.lane, others.map(laidToRest));
  const edges = carried.flatMap((edge) => {
    const { removal } = edge;
    // Until when an approval holds is no time at which it was found.
    const isReported = removal?.state === 'approved' || (removal?.at ?? 0) <= reportedAt;
    return removal && isReported ? [{ edge, removal }] : [];
  });
  const fates = Map.groupBy(edges, ({ edge, removal }) => {
    const approvedUntil = removal.state === 'approved' ? removal.at : null;
    return fateOf(edgeLoss(edge), approvedUntil, { now, hold });
  });
  const held = (fates.get('hold') ?? []).map(({ edge, removal }) => ({
    edge: { ...edge, removal: { ...removal, state: 'held' as const, at: now } },
    from: edge,
  }));
  if (held.length > 0) place.lane = await needs.lanes.commit(place.lane, held);
  const going = (fates.get('go') ?? []).map(({ edge }) => edge);
  const withdrawn = Map.groupBy(going.filter(isWithdrawal), (edge) =>
    isOfTarget(edge) ? 'target' : edge.relation,
  );
  await withdrawMembers(needs, place, withdrawn.get('member') ?? []);
  await withdrawManagers(needs, place, withdrawn.get('manager') ?? []);
  await withdrawTargets(needs, place, withdrawn.get('target') ?? []);
  await removeEdges(
    needs,
    place,
    going.filter((edge) => !isWithdrawal(edge)),
  );
}

/** Its direction is switched off: nobody is asked until it is on. */
function laidToRest(edge: Edge) {
  const { removal } = edge;
  return edgeWrite(edge, { ...edge, removal: removal && { ...removal, state: 'resting' } });
}
