import type { Counters } from '../counters.ts';
import { type Edge, type EdgeRemoval, edgeLoss } from '../edge.ts';
import { isWithdrawal } from '../edge-export.ts';
import type { Did, Fact, Told } from './audit-entry.ts';

/** What spoke for taking a membership away, in words. */
export const EDGE_EVIDENCE: Readonly<Record<EdgeRemoval['evidence'], string>> = {
  removed: 'Entra reported it as removed',
  missing: 'a full reading did not show it, and neither does its group',
  nested: 'no nested group has the member any more',
  application: 'the application has taken it away',
  target: 'the user is exported no more',
};

/** An edge as it was stored and as it is now, with what was counted. */
export interface EdgeStep {
  readonly edge: Edge;
  readonly from: Edge | undefined;
  readonly count?: Counters;
  /** An administrator has rejected its end, of which it says nothing any more. */
  readonly isRejected?: true;
}

/** What an edge that is written tells of its ends, whichever side was written to. */
export function edgeFacts({ edge, from, count = {}, isRejected }: EdgeStep): Told[] {
  const isGiven = count['memberships.created'] || count['memberships.exported'];
  const given = isGiven ? ends(edge, ['members-added', 'joined']) : [];
  const isTaken = from && count['memberships.deleted'];
  const taken = isTaken ? ends(edge, ['members-removed', 'left'], evidenceOf(from)) : [];
  const isManager = edge.relation === 'manager' && edge.applied && !from?.applied;
  const did = count['users.exported'] ? 'exported' : 'updated';
  const managed = isManager ? [manager(edge, did)] : [];
  const rejected = isRejected && from ? verdictOn(from, 'rejected') : [];
  return [...given, ...taken, ...managed, ...rejected, ...verdictFacts(edge, from)];
}

/** What an edge that is dropped tells. */
export function droppedFacts(edge: Edge, count: Counters = {}): Told[] {
  const why = evidenceOf(edge);
  if (count['memberships.deleted']) return ends(edge, ['members-removed', 'left'], why);
  // Of one that has a successor, that one is told.
  const isCleared = edge.relation === 'manager' && edge.applied && edge.removal?.isFree === false;
  return isCleared ? [manager(edge, isWithdrawal(edge) ? 'exported' : 'updated', why)] : [];
}

const VERDICTS = new Set<EdgeRemoval['state']>(['held', 'approved', 'rejected']);

function verdictFacts(edge: Edge, from: Edge | undefined): Told[] {
  const { state } = edge.removal ?? {};
  if (state === undefined || state === from?.removal?.state || !VERDICTS.has(state)) return [];
  return verdictOn(edge, state as Extract<Did, 'held' | 'approved' | 'rejected'>);
}

function verdictOn(edge: Edge, did: 'held' | 'approved' | 'rejected'): Told[] {
  const loss = edgeLoss(edge);
  const { evidence } = evidenceOf(edge);
  const what = edge.relation === 'member' ? { ids: [edge.member] } : { attributes: ['manager'] };
  const fact = { did, ...what, ...(loss && { loss }), ...(evidence && { evidence }) };
  return [{ objectId: edge.holder, kind: holderKind(edge), fact }];
}

function evidenceOf({ removal }: Edge): Partial<Fact> {
  if (!removal) return {};
  const isApproved = removal.state === 'approved';
  return { evidence: EDGE_EVIDENCE[removal.evidence], ...(isApproved && { approved: true }) };
}

function ends(edge: Edge, [of, to]: readonly [Did, Did], why: Partial<Fact> = {}): Told[] {
  const { holder, member, memberKind } = edge;
  return [
    { objectId: holder, kind: 'group', fact: { did: of, ids: [member], ...why } },
    { objectId: member, kind: memberKind, fact: { did: to, ids: [holder], ...why } },
  ];
}

function manager(edge: Edge, did: 'exported' | 'updated', why: Partial<Fact> = {}): Told {
  const fact: Fact = { did, attributes: ['manager'], ...why };
  return { objectId: edge.holder, kind: 'user', fact };
}

function holderKind({ relation }: Edge): Told['kind'] {
  return relation === 'member' ? 'group' : 'user';
}
