import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { outsideRuns, toLane } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import type { Entry } from '../../sync/entry.ts';
import { byLane } from '../../sync/lanes.ts';
import type { MemberWord } from '../../sync/messages.ts';
import { objectIdIn } from '../../sync/pushed.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { appOf } from '../sides.ts';

/** A message is to stay far below 200 KB; a group's requests to Graph take 20 members each. */
const WORDS_A_MESSAGE = 400;

/** A membership by the application's ids. */
export type AppMembership = Pick<MemberWord, 'groupId' | 'memberId' | 'removed'>;

/**
 * Tells the lanes of the groups' objects of memberships that the application has changed, or holds.
 * Those of entries that stand for no object wait until they do.
 */
export async function tellMembers(
  needs: Pick<Services, 'bus' | 'clock' | 'directories'>,
  connection: StoredConnection,
  memberships: readonly AppMembership[],
): Promise<void> {
  const words = await wordsOf(needs, connection, memberships);
  const envelope = outsideRuns(connection, needs.clock.now());
  const messages = [...byLane(words, ({ holder }) => holder)].flatMap(([lane, own]) =>
    slicesOf(own).map((some) => toLane({ ...envelope, lane, kind: 'members', words: some })),
  );
  if (messages.length > 0) await needs.bus.send('changes', messages);
}

/** The entries say which objects they stand for; the lane knows whether the two are tied. */
export async function wordsOf(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  memberships: readonly AppMembership[],
): Promise<MemberWord[]> {
  if (memberships.length === 0) return [];
  const app = appOf(needs, connection);
  const ids = (all: readonly string[]) => [...new Set(all)];
  const groupIds = ids(memberships.map(({ groupId }) => groupId));
  const memberIds = ids(memberships.map(({ memberId }) => memberId));
  const groups = await readEntries(app, asKind('group', groupIds));
  const users = await readEntries(app, asKind('user', memberIds));
  const others = memberIds.filter((id) => !users.has(id) && !groups.has(id));
  const nested = await readEntries(app, asKind('group', others));
  return memberships.flatMap((one): MemberWord[] => {
    const group = groups.get(one.groupId);
    const member = users.get(one.memberId) ?? groups.get(one.memberId) ?? nested.get(one.memberId);
    const [holder, object] = [objectOf(group), objectOf(member)];
    if (!member || holder === undefined || object === undefined) return [];
    return [{ ...one, holder, member: object, memberKind: member.kind }];
  });
}

function asKind(kind: Entry['kind'], ids: readonly string[]) {
  return ids.map((id) => ({ kind, id }));
}

function objectOf(entry: Entry | undefined): string | undefined {
  return objectIdIn(entry?.externalId);
}

/** Group by group, so that no group is in more messages than it must be. */
function slicesOf(words: readonly MemberWord[]): MemberWord[][] {
  const sorted = [...Map.groupBy(words, ({ holder }) => holder).values()].flat();
  return chunks(sorted, WORDS_A_MESSAGE);
}
