/** So many letters may be wrong for a name to be taken for a slip of another. */
const MOST_WRONG = 2;

/** The name that somebody probably meant, without case: the first of the nearest, if any is near. */
export function nearestName(meant: string, names: readonly string[]): string | undefined {
  const near = names
    .filter(({ length }) => Math.abs(length - meant.length) <= MOST_WRONG)
    .map((name) => ({ name, wrong: wrongLetters(meant.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.wrong - b.wrong);
  return near.find(({ wrong }) => wrong <= MOST_WRONG)?.name;
}

/** How many letters must be changed, added or left out to make one text the other (Levenshtein). */
function wrongLetters(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, place) => place);
  for (let at = 0; at < from.length; at += 1) {
    const next = [at + 1];
    for (let place = 1; place <= to.length; place += 1) {
      const exchanged = (row[place - 1] ?? 0) + (to[place - 1] === from[at] ? 0 : 1);
      next.push(Math.min(exchanged, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
