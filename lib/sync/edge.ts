import { z } from 'zod';
import {
  type EdgeRefusal,
  type EdgeSent,
  isRecent,
  isStaleWord,
  isTakenAway,
  isTrace,
  isWish,
} from './edge-export.ts';
import type { LossKind } from './losses.ts';

/**
 * A membership (group → member) or a manager (user → manager), by Entra ids. It lives in its
 * holder's lane, and only that lane writes it.
 */
export interface Edge {
  /** The group, or the user who has the manager. */
  readonly holder: string;
  /** The member, or the manager. */
  readonly member: string;
  readonly relation: 'member' | 'manager';
  readonly memberKind: 'user' | 'group';
  /** What Entra says, of the holder itself or of a group nested in it. */
  readonly wanted: boolean;
  /** Entra shows it in the holder itself; only then is it looked for in full readings. */
  readonly direct: boolean;
  /**
   * A group nested in the holder, not imported, of which the member is one, so that it counts as the
   * holder's (docs/rules.md, `nested`); null = none. While such a membership is taken away, the last.
   */
  readonly via: string | null;
  /** What the application holds. */
  readonly applied: boolean;
  /** The run in which Entra last showed it. */
  readonly sighted: string;
  /** There where one side holds it and the other does not any more: what is to become of it. */
  readonly removal: EdgeRemoval | null;
  /** A manager who is to be given anew; until then the application may hold this one, or another. */
  readonly mayBeHeld?: true;
  /** What was last written of it to Entra, if anything was. */
  readonly sent?: EdgeSent;
  readonly refused?: EdgeRefusal;
}

/**
 * | state | the removal waits for |
 * | --- | --- |
 * | waiting | the run's decision |
 * | held | an administrator |
 * | approved | being carried out, until `at` |
 * | doubted | another look at `at`: the group still shows the member |
 * | resting | both ends to be in step, or the direction to be switched on |
 * | rejected | nothing: an administrator decided that the application, or a target group, keeps it |
 */
export const edgeRemovalSchema = z.object({
  state: z.enum(['waiting', 'held', 'approved', 'doubted', 'resting', 'rejected']),
  /** Milliseconds since 1970: since when, until when, or when it is due; see the table. */
  at: z.number(),
  /** How often the group still showed the member, or Entra did not let it go. */
  doubts: z.number().int().nonnegative(),
  /**
   * What says so: Entra's word, a full run that did not show it, or that no nested group has it. Or
   * the application, which has taken it away, or that the user of a target group is exported no more:
   * then Entra is to lose it.
   */
  evidence: z.enum(['removed', 'missing', 'nested', 'application', 'target']),
  /** The member itself has left: nobody loses anything, and the guard need not be asked. */
  isFree: z.boolean(),
});
export type EdgeRemoval = z.infer<typeof edgeRemovalSchema>;

/** One name for an edge, for maps. */
export function edgeName(edge: Pick<Edge, 'holder' | 'member'>): string {
  return `${edge.holder} ${edge.member}`;
}

/** Whether the application has yet to be given it. */
export function isPending(edge: Edge): boolean {
  return edge.wanted && !edge.applied;
}

/** What an edge's removal counts as; a manager is an attribute of the user. */
export function edgeLoss(edge: Pick<Edge, 'relation' | 'removal'>): LossKind | undefined {
  if (edge.removal?.isFree) return undefined;
  return edge.relation === 'member' ? 'memberships' : 'attributes';
}

/** What one slice of an item says of an edge. */
export interface EdgeWord {
  readonly member: string;
  readonly memberKind: 'user' | 'group';
  readonly removed: boolean;
}

/**
 * Folds one word into an edge.
 *
 * | edge | word | then |
 * | --- | --- | --- |
 * | none | added | wanted, not applied |
 * | none | removed | nothing: the first round names removed members too |
 * | any | added | wanted; a manager that was not wanted is to be applied anew |
 * | any | removed | see {@link withoutDirect} |
 * | written to Entra minutes ago | the opposite | nothing: it may be older |
 *
 * @returns the edge, the very same one where nothing changed; null = drop it; undefined = nothing
 */
export function foldEdge(
  edge: Edge | undefined,
  word: EdgeWord,
  context: FoldContext,
): Edge | null | undefined {
  if (!edge) return word.removed ? undefined : newEdge(word, context);
  if (isStaleWord(edge, word, context.now)) return edge;
  if (word.removed)
    return withoutDirect(edge, { now: context.now, evidence: 'removed', isFree: false });
  if (edge.direct) return edge;
  const { refused: _, sent: __, ...known } = edge;
  // Meanwhile the application may have been given another manager: it holds one only.
  const applied = edge.applied && edge.relation === 'member';
  // The group by which it stood until its removal has it no more.
  const via = edge.removal ? null : edge.via;
  const there = { wanted: true, direct: true, via, removal: null };
  const doubt = edge.applied && !applied ? { mayBeHeld: true as const } : {};
  return { ...known, ...there, ...doubt, applied, sighted: context.runId };
}

/** What says that an edge is over, and when. */
type Over = Pick<EdgeRemoval, 'evidence' | 'isFree'> & { readonly now: number };

/**
 * Folds that Entra does not show an edge in its holder any more.
 *
 * | edge | then |
 * | --- | --- |
 * | by a nested group | stands by that alone |
 * | not applied | dropped (`null`) |
 * | applied | not wanted: a removal, for the run to decide |
 * | removal under way | nothing; one that was doubted waits for a decision again |
 * | taken away by the application too | dropped |
 * | written to Entra minutes ago | nothing: a replica may not show it yet |
 * | not taken by Entra | nothing: the application wants it all the same |
 *
 * @returns the very same edge where nothing changed
 */
export function withoutDirect(edge: Edge, over: Over): Edge | null {
  if (isWish(edge) || (edge.sent && isRecent(edge.sent, over.now))) return edge;
  if (edge.via !== null) return edge.direct ? withoutWish(edge) : edge;
  if (isTrace(edge) || isTakenAway(edge)) return null;
  return edge.applied || edge.mayBeHeld ? foldRemoval(edge, over) : null;
}

/** It stands by a nested group alone: that is not the application's to end. */
function withoutWish(edge: Edge): Edge {
  if (!isTakenAway(edge)) return { ...edge, direct: false };
  const { refused: _, ...known } = edge;
  return { ...known, direct: false, applied: false, removal: null };
}

/** Where an edge is folded; `now` in milliseconds. */
export type FoldContext = Pick<Edge, 'holder' | 'relation'> & { runId: string; now: number };

/** Notes that Entra does not have an edge any more that the application holds. */
function foldRemoval(edge: Edge, { now, evidence, isFree }: Over): Edge {
  if (edge.removal && edge.removal.state !== 'doubted') return edge;
  const doubts = edge.removal?.doubts ?? 0;
  const removal = { state: 'waiting' as const, at: now, doubts, evidence, isFree };
  const { mayBeHeld: _, ...known } = edge;
  return { ...known, applied: true, wanted: false, direct: false, removal };
}

function newEdge(word: EdgeWord, context: FoldContext): Edge {
  return {
    holder: context.holder,
    member: word.member,
    relation: context.relation,
    memberKind: word.memberKind,
    wanted: true,
    direct: true,
    via: null,
    applied: false,
    sighted: context.runId,
    removal: null,
  };
}
