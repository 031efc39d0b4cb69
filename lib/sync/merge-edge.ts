import type { Edge } from './edge.ts';
import { isWithdrawal } from './edge-export.ts';

/**
 * What is to be done about a membership.
 *
 * | verdict | then |
 * | --- | --- |
 * | nothing | |
 * | add | Entra is given it |
 * | withdraw | it waits for the guard to be taken away in Entra |
 * | give | the application is given it (again) |
 * | both | both hold it: that is noted |
 * | neither | none does: that is noted |
 */
export type EdgeVerdict = 'nothing' | 'add' | 'withdraw' | 'give' | 'both' | 'neither';

/** What the application says of a membership. */
export interface AppWord {
  /** It holds it now. */
  readonly holds: boolean;
  /** A client has taken it away: that it is not there alone is no wish. */
  readonly hasTakenAway: boolean;
}

/**
 * Merges a membership three ways: what Entra last said (`wanted`), what both agreed on (wanted and
 * applied), and what the application holds now. There is no third thing to change it to, so that
 * both sides never change it otherwise.
 *
 * | Entra | agreed | application | verdict |
 * | --- | --- | --- | --- |
 * | no | no | holds it | add |
 * | yes | no | holds it | both |
 * | yes | no | lacks it | nothing: it is given it anyway |
 * | yes | yes | has taken it away | withdraw; give, where it stands by a nested group alone |
 * | yes | yes | lacks it otherwise | nothing |
 * | no | yes | holds it | nothing: it is taken away there |
 * | no, and yet shows it | yes | has taken it away | withdraw |
 * | no | yes | lacks it | neither |
 *
 * @param edge undefined where Entra never spoke of it, or has taken it back
 */
export function mergeEdge(edge: Edge | undefined, { holds, hasTakenAway }: AppWord): EdgeVerdict {
  if (!edge) return holds ? 'add' : 'nothing';
  if (edge.wanted) return holds ? verdictOnHeld(edge) : verdictOnLacking(edge, hasTakenAway);
  if (edge.applied) return holds ? 'nothing' : verdictOnGone(edge, hasTakenAway);
  return holds ? 'add' : 'neither';
}

function verdictOnGone({ removal }: Edge, hasTakenAway: boolean): EdgeVerdict {
  return removal?.state === 'doubted' && hasTakenAway ? 'withdraw' : 'neither';
}

function verdictOnHeld(edge: Edge): EdgeVerdict {
  const isMet = edge.applied && edge.removal === null && edge.refused === undefined;
  return isMet ? 'nothing' : 'both';
}

function verdictOnLacking(edge: Edge, hasTakenAway: boolean): EdgeVerdict {
  const isUnderWay = isWithdrawal(edge) && edge.removal?.state !== 'resting';
  if (!edge.applied || !hasTakenAway || isUnderWay) return 'nothing';
  return edge.direct ? 'withdraw' : 'give';
}
