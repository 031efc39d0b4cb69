import type { Chance } from './chance.ts';

const LONGEST = 3;

/** A list in pieces whose lengths chance decides. */
export function slices<T>(chance: Chance, list: readonly T[]): T[][] {
  const left = [...list];
  const cut: T[][] = [];
  while (left.length > 0) cut.push(left.splice(0, 1 + chance.below(LONGEST)));
  return cut;
}
