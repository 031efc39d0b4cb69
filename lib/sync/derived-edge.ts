import type { Edge } from './edge.ts';
import { isWithdrawal } from './edge-export.ts';

/** A pair of a group and somebody who may count as its member. */
export type Pair = Pick<Edge, 'holder' | 'member' | 'memberKind'>;

/**
 * Folds into an edge by which group nested in its holder, and not imported, it stands now.
 *
 * | edge | nested group | then |
 * | --- | --- | --- |
 * | none | some | wanted, not applied |
 * | any | some | wanted; a removal under way is over |
 * | none | none | nothing |
 * | shown in the holder itself | none | stands by that alone |
 * | not applied | none | dropped (`null`) |
 * | applied | none | not wanted: a removal, for the run to decide |
 * | removal under way | none | nothing |
 *
 * @param via null = no such group has the member
 * @returns the edge, the very same one where nothing changed; null = drop it; undefined = nothing
 */
export function foldVia(
  edge: Edge | undefined,
  via: string | null,
  context: { readonly pair: Pair; readonly runId: string; readonly now: number },
): Edge | null | undefined {
  if (!edge) return via === null ? undefined : derivedEdge(context.pair, via, context.runId);
  // What the application has taken away in the holder itself is another matter.
  if (isWithdrawal(edge) && edge.direct) return edge.via === via ? edge : { ...edge, via };
  if (via !== null) {
    if (edge.via === via && edge.wanted) return edge;
    return { ...edge, wanted: true, via, removal: null };
  }
  if (edge.via === null || edge.removal) return edge;
  if (edge.direct) return { ...edge, via: null };
  if (!edge.applied) return null;
  const evidence = { evidence: 'nested', doubts: 0, isFree: false } as const;
  return { ...edge, wanted: false, removal: { state: 'waiting', at: context.now, ...evidence } };
}

function derivedEdge({ holder, member, memberKind }: Pair, via: string, runId: string): Edge {
  const relation = 'member' as const;
  const state = { wanted: true, direct: false, via, applied: false, removal: null };
  return { holder, member, memberKind, relation, ...state, sighted: runId };
}

/** Whether an edge's removal says that it stood by nested groups, and does no more. */
export function isDerivedRemoval({ removal }: Edge): boolean {
  return removal?.evidence === 'nested';
}
