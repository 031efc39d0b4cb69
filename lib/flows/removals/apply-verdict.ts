import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite, Waiting } from '../../ports/lanes.ts';
import { type Edge, edgeLoss, isPending } from '../../sync/edge.ts';
import { isOfTarget, isWithdrawal } from '../../sync/edge-export.ts';
import type { Entry } from '../../sync/entry.ts';
import type { Link } from '../../sync/link.ts';
import type { LaneMessage, Verdict } from '../../sync/messages.ts';
import { halfOf } from '../../sync/reconcile.ts';
import { isExporting, rulesOf } from '../../sync/rules/rules-of.ts';
import { applyEdges } from '../edges/apply-edges.ts';
import { writeReverse } from '../edges/write-reverse.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { freed } from '../entries/entries-back.ts';
import { type Judge, judgeOf } from '../entries/judge.ts';
import type { ApplyNeeds } from '../lanes/apply.ts';
import type { Trial } from '../lanes/apply-items.ts';
import { edgeMove } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { appOf } from '../sides.ts';

type VerdictMessage = Extract<LaneMessage, { kind: 'judge' }>;

/** An approval that could not be carried out by then has lapsed. */
const APPROVAL_MILLISECONDS = 7 * 24 * 60 * 60_000;

/**
 * Notes an administrator's verdict on removals that are held.
 *
 * | verdict | an object's removal | values that are to be cleared | a membership |
 * | --- | --- | --- | --- |
 * | approve | carried out in the next run, for 7 days | the same | the same |
 * | reject | the entry stays, until the object returns; one that the application deleted is made again | both sides count as agreed as they are | it stays |
 */
export async function applyVerdict(
  needs: ApplyNeeds,
  connection: StoredConnection,
  message: VerdictMessage,
  { isOffline }: Trial,
): Promise<void> {
  let lane = await needs.lanes.open(connection.id, message.lane);
  const until = message.at + APPROVAL_MILLISECONDS;
  // A stale verdict judges what its administrator has not seen.
  const now = needs.clock.now();
  if (now > until) return;
  for await (const page of heldPages(needs, message, lane)) {
    const links = [...(await needs.lanes.links(lane, page.links)).values()];
    const edges = [...(await needs.lanes.edges(lane, page.edges)).values()];
    const judge = await judgeOf(needs, connection, links);
    const meant = links.filter((link) => isMeant(link, message));
    const entries = await entriesOf(needs, connection, message, meant);
    const writes: LaneWrite[] = [
      ...meant.map((link) => judged({ judge, entries, until, now }, link, message)),
      ...edges
        .filter((edge) => isMeantEdge(edge, message))
        .map((edge) => judgedEdge(edge, message, until)),
    ];
    const back = writes.flatMap((write) => ('edge' in write ? [write.edge] : []));
    const pending = back.filter(isPending);
    const owed = isOffline && pending.length > 0 ? { owed: true } : {};
    await writeReverse(needs, connection.id, pending);
    await remind(needs, message, writes);
    if (writes.length > 0) lane = await needs.lanes.commit(lane, writes, owed);
    if (!isOffline) lane = await applyEdges(needs, { connection, lane }, pending);
  }
}

/** What Entra was to lose is agreed on as the application has it now. */
async function entriesOf(
  needs: ApplyNeeds,
  connection: StoredConnection,
  { verdict }: Verdict,
  links: readonly Link[],
): Promise<ReadonlyMap<string, Entry>> {
  if (verdict === 'approve' || !isExporting(rulesOf(connection))) return new Map();
  const tied = links.flatMap(({ kind, appId }) => (appId === null ? [] : [{ kind, id: appId }]));
  return readEntries(appOf(needs, connection), tied);
}

async function* heldPages(
  needs: ApplyNeeds,
  { links, edges }: Verdict,
  lane: Parameters<ApplyNeeds['lanes']['held']>[0],
): AsyncGenerator<Pick<Waiting, 'links' | 'edges'>> {
  if (links || edges) yield { links: links ?? [], edges: edges ?? [] };
  else yield* needs.lanes.held(lane);
}

/** Only what was held when the administrator looked is meant. */
function isMeant({ dirty }: Link, { kinds, at }: Verdict): boolean {
  if (dirty?.reason !== 'held' || dirty.since > at) return false;
  return !kinds || (dirty.loss !== undefined && kinds.includes(dirty.loss));
}

function isMeantEdge(edge: Edge, { kinds, at }: Verdict): boolean {
  if (edge.removal?.state !== 'held' || edge.removal.at > at) return false;
  const loss = edgeLoss(edge);
  return !kinds || (loss !== undefined && kinds.includes(loss));
}

interface Judging {
  readonly judge: Judge;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly until: number;
  readonly now: number;
}

function judged(
  { judge, entries, until, now }: Judging,
  link: Link,
  { verdict }: Verdict,
): LaneWrite {
  if (verdict === 'approve' && link.dirty) {
    const { isHeld: _, ...loss } = link.dirty;
    const dirty = { ...loss, reason: 'removal' as const, approvedUntil: until };
    return { link: { ...link, dirty }, from: link };
  }
  // The application gets the entry back that it has deleted.
  if (link.givenUp === 'waits' && !link.seen.removed) return freed(link, now);
  const kept: Link = { ...link, dirty: null };
  const decision = judge.decide(link, true);
  if (decision.do !== 'compare') return { link: { ...kept, kept: true }, from: link };
  // What Entra's side says now is agreed on, whatever the application holds.
  const entry = entries.get(decision.appId);
  const agreed = link.agreed && {
    entra: decision.entra,
    app: entry ? halfOf(entry) : link.agreed.app,
  };
  return { link: { ...kept, agreed }, from: link };
}

function judgedEdge(edge: Edge, { verdict }: Verdict, until: number): LaneWrite {
  if (!edge.removal) return { nothing: true };
  // The application is given it again; what it has not taken away itself stays.
  if (verdict === 'reject' && isWithdrawal(edge) && !isOfTarget(edge))
    return { ...edgeMove(edge, { ...edge, applied: false, removal: null }), isRejected: true };
  const state = verdict === 'approve' ? ('approved' as const) : ('rejected' as const);
  return { edge: { ...edge, removal: { ...edge.removal, state, at: until } }, from: edge };
}
