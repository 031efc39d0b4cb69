import type { EntryStore } from '../../ports/application.ts';
import type { Kind } from '../../sync/entry.ts';

/**
 * Switches entries off; those that are off are left alone. Of those that are gone what memberships are
 * left goes as well: somebody may have given them who did not know that yet, and nobody finds them later.
 * @returns what the application refused, by its own ids, with the reason
 */
export async function deactivateEntries(
  app: EntryStore,
  kind: Kind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  let left = ids;
  while (left.length > 0) {
    const entries = await app.read(kind, left);
    const gone = left.filter((id) => !entries.has(id));
    if (gone.length > 0) await app.dropMemberships(kind, gone);
    const active = [...entries.values()].filter((entry) => entry.active);
    if (active.length === 0) break;
    const outcomes = await app.update(
      active.map(({ id, version }) => ({ kind, id, version, set: {}, clear: [], active: false })),
    );
    const raced: string[] = [];
    for (const [index, { id }] of active.entries()) {
      const outcome = outcomes[index];
      if (!outcome || outcome.ok || outcome.reason === 'missing') continue;
      if (outcome.reason === 'changed') raced.push(id);
      else refused.set(id, outcome.detail ?? outcome.reason);
    }
    left = raced;
  }
  return refused;
}
