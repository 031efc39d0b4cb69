/** What is to be shared out among the groups. */
export interface Shares {
  /** How many members all groups have together. */
  readonly total: number;
  readonly groups: number;
  /** The most that one group can have. */
  readonly most: number;
}

const SKEW = 0.85;

/**
 * Sizes that add up to exactly `total`: a few large groups, many small ones, some empty (the n-th
 * group gets a share of 1/n^0.85). Throws RangeError where that many members do not fit.
 */
export function skewedSizes({ total, groups, most }: Shares): number[] {
  if (total > groups * most) {
    throw new RangeError(`${total} memberships do not fit into ${groups} groups of ${most} users`);
  }
  const weights = Array.from({ length: groups }, (_, rank) => 1 / (rank + 1) ** SKEW);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const sizes = weights.map((weight) => Math.min(most, Math.floor((weight / sum) * total)));
  let rest = total - sizes.reduce((all, size) => all + size, 0);
  while (rest > 0) rest -= spread(sizes, rest, most);
  return sizes;
}

/** Gives the rest to the groups that have room, in even parts; returns how much was given. */
function spread(sizes: number[], rest: number, most: number): number {
  const open = sizes.filter((size) => size < most).length;
  const part = Math.max(1, Math.floor(rest / open));
  let given = 0;
  for (const [place, size] of sizes.entries()) {
    const more = Math.min(part, most - size, rest - given);
    sizes[place] = size + more;
    given += more;
  }
  return given;
}
