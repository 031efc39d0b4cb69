import type { EntryStore, MemberPair } from '../../ports/application.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import { isExporting, rulesOf } from '../../sync/rules/rules-of.ts';
import { readEntries } from '../entries/compare-entries.ts';

/**
 * Gives the application memberships. One that deletes entries by its own hand may have deleted an end
 * that its link still names: what would outlive it is taken back.
 * @param anew an end was deleted, and made anew
 */
export async function giveMembers(
  app: EntryStore,
  connection: StoredConnection,
  pairs: readonly MemberPair[],
  anew: boolean,
): Promise<void> {
  await app.addMembers(pairs);
  // Looking takes a read for a dozen ends: only where such a deletion means something, or where it has
  // been seen to happen.
  if (!anew && !isExporting(rulesOf(connection))) return;
  const ends = pairs.flatMap(({ groupId, memberId, memberKind }) => [
    { kind: 'group' as const, id: groupId },
    { kind: memberKind, id: memberId },
  ]);
  const there = await readEntries(app, [...new Map(ends.map((end) => [end.id, end])).values()]);
  const loose = pairs.filter(
    ({ groupId, memberId }) => !there.has(groupId) || !there.has(memberId),
  );
  if (loose.length > 0) await app.removeMembers(loose);
}
