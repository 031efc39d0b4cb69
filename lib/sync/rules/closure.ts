/** Child groups by their parent. */
type Nested = ReadonlyMap<string, readonly string[]>;

/**
 * The groups in `roots` and all that are nested in them, at any depth and through any cycle. A
 * group that is gone is not among them, and passes nothing on.
 */
export function closure(
  roots: readonly string[],
  nested: Nested,
  gone: ReadonlySet<string>,
): ReadonlySet<string> {
  return reached(roots, nested, (group) => !gone.has(group));
}

/** Which groups entered or left a set. */
export function changesBetween(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): { entered: readonly string[]; left: readonly string[] } {
  return {
    entered: [...after].filter((group) => !before.has(group)),
    left: [...before].filter((group) => !after.has(group)),
  };
}

/**
 * For flattening: who stands in for a group that is not imported. These are the nearest imported
 * groups above it, reached through groups that are not imported; whoever is a member of the group
 * counts as a member of each of them. A group that is gone neither holds nor passes anything on.
 *
 *     imported ─▶ not imported ─▶ not imported ─▶ imported ─▶ not imported
 *        A             b                c             D            e
 *
 * b and c are held by A, e by D alone.
 *
 * @returns the holders by group; a group without any is absent
 */
export function holdersThrough(
  imported: (group: string) => boolean,
  nested: Nested,
  gone: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, Set<string>>();
  const isPassage = (group: string) => !gone.has(group) && !imported(group);
  for (const [holder, children] of nested) {
    if (gone.has(holder) || !imported(holder)) continue;
    for (const group of reached(children, nested, isPassage))
      holders.set(group, (holders.get(group) ?? new Set()).add(holder));
  }
  return holders;
}

/** Walks a list that grows while it is walked: chains are deeper than the stack. */
function reached(
  roots: readonly string[],
  nested: Nested,
  isPassage: (group: string) => boolean,
): ReadonlySet<string> {
  const found = new Set(roots.filter(isPassage));
  for (const group of found)
    for (const child of nested.get(group) ?? [])
      if (!found.has(child) && isPassage(child)) found.add(child);
  return found;
}
