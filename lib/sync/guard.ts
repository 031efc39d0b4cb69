import type { Run } from './run.ts';

/** What the guard says of the removals that a run has found. */
export type GuardDecision = { readonly removals: 'apply' };

/**
 * Stands before removals of every kind, in every run. It lets all pass for now: each removal has
 * its own evidence and is confirmed by id before it is applied; thresholds come to stand here.
 */
export function guard(_run: Run): GuardDecision {
  return { removals: 'apply' };
}
