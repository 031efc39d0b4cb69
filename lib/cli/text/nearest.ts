/** More slips than this, and something else was meant. */
const MOST_SLIPS = 2;

/** The name that was probably meant: the fewest characters to add, drop or change. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  const text = wrong.slice(0, 40).toLowerCase();
  const measured = names.map((name) => ({ name, slips: slipsBetween(text, name) }));
  const [best] = measured.sort((one, other) => one.slips - other.slips);
  const most = Math.min(MOST_SLIPS, Math.floor(text.length / 2));
  return best && best.slips <= most ? best.name : undefined;
}

/** Levenshtein's distance, line by line of the matrix. */
function slipsBetween(from: string, to: string): number {
  let line = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [row, character] of from.split('').entries()) {
    const next = [row + 1];
    for (let at = 1; at <= to.length; at += 1) {
      const changed = (line[at - 1] ?? 0) + (character === to[at - 1] ? 0 : 1);
      next.push(Math.min(changed, (line[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    line = next;
  }
  return line.at(-1) ?? 0;
}
