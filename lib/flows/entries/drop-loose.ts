import type { EntryStore } from '../../ports/application.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Kind } from '../../sync/entry.ts';

/**
 * Takes away what memberships entries still have that links are about to name no more, because the
 * application has deleted them: somebody may have given those who did not know that yet, and died before
 * looking. Nobody would find them later.
 */
export async function dropLoose(app: EntryStore, writes: readonly LaneWrite[]): Promise<void> {
  const ended = writes.flatMap((write) => {
    if (!('link' in write) || write.link.appId !== null) return [];
    const { kind, appId = null } = write.from ?? {};
    return kind === undefined || appId === null ? [] : [{ kind, appId }];
  });
  for (const [kind, some] of Map.groupBy(ended, (one): Kind => one.kind)) {
    const ids = some.map(({ appId }) => appId);
    await app.dropMemberships(kind, ids);
  }
}
