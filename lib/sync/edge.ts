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
  /** What Entra says. */
  readonly wanted: boolean;
  /** What the application holds. */
  readonly applied: boolean;
  /** The run in which Entra last showed it. */
  readonly sighted: string;
}

/** One name for an edge, for maps. */
export function edgeName(edge: Pick<Edge, 'holder' | 'member'>): string {
  return `${edge.holder} ${edge.member}`;
}

/** Whether the application has yet to follow. */
export function isPending(edge: Edge): boolean {
  return edge.wanted !== edge.applied;
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
 * | not applied | removed | dropped (`null`) |
 * | applied | removed | not wanted: a removal, for the run to decide |
 *
 * @returns the edge, the very same one where nothing changed; null = drop it; undefined = nothing
 */
export function foldEdge(
  edge: Edge | undefined,
  word: EdgeWord,
  context: Pick<Edge, 'holder' | 'relation'> & { runId: string },
): Edge | null | undefined {
  if (!edge) return word.removed ? undefined : newEdge(word, context);
  if (word.removed) {
    if (!edge.applied) return null;
    return edge.wanted ? { ...edge, wanted: false } : edge;
  }
  if (edge.wanted) return edge;
  // Meanwhile the application may have been given another manager: it holds one only.
  const applied = edge.applied && edge.relation === 'member';
  return { ...edge, wanted: true, applied, sighted: context.runId };
}

function newEdge(
  word: EdgeWord,
  context: Pick<Edge, 'holder' | 'relation'> & { runId: string },
): Edge {
  return {
    holder: context.holder,
    member: word.member,
    relation: context.relation,
    memberKind: word.memberKind,
    wanted: true,
    applied: false,
    sighted: context.runId,
  };
}
