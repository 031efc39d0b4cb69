import type { Edge } from './edge.ts';
import { isWithdrawal } from './edge-export.ts';

/**
 * What is to be done about a user's manager.
 *
 * | verdict | then |
 * | --- | --- |
 * | nothing | |
 * | set | Entra is given the application's |
 * | withdraw | it waits for the guard to be taken away in Entra |
 * | both | both hold the same: that is noted |
 */
export type ManagerVerdict = 'nothing' | 'set' | 'withdraw' | 'both';

/** A user's manager on both sides, by Entra ids; null = none. */
export interface Managers {
  readonly entra: string | null;
  readonly app: string | null;
  /** What both held when they last met; null, where they never did. */
  readonly agreed: string | null;
}

/** What Entra says, and what both agreed on, as the edges of a user tell it. */
export function managersIn(edges: readonly Edge[]): Pick<Managers, 'entra' | 'agreed'> {
  const wanted = edges.find((edge) => edge.wanted);
  const applied = wanted?.applied ? wanted : edges.find((edge) => edge.applied);
  return { entra: wanted?.member ?? null, agreed: applied?.member ?? null };
}

/**
 * Merges a user's manager three ways. Where both sides have changed it, Entra's stays; the application
 * is given that anyway.
 *
 * | Entra | application | verdict |
 * | --- | --- | --- |
 * | same | same, or changed to the same | both |
 * | changed | same | nothing |
 * | same | changed | set |
 * | same | cleared | withdraw |
 * | changed | changed otherwise | nothing |
 * | has none, and never met | has one | set |
 */
export function mergeManager({ entra, app, agreed }: Managers): ManagerVerdict {
  if (entra === app) return 'both';
  if (app === agreed || entra !== agreed) return 'nothing';
  return app === null ? 'withdraw' : 'set';
}

/** Whether edges say already that both sides hold this manager, or none. */
export function isMet(edges: readonly Edge[], manager: string | null): boolean {
  return edges.every((edge) => {
    if (edge.member !== manager) return edge.refused === undefined && !isWithdrawal(edge);
    return edge.applied && !edge.refused && !isWithdrawal(edge);
  });
}
