import type { EntraMember } from '../ports/entra-writes.ts';
import { chunks } from '../sync/chunks.ts';
import { isGuid } from './guid.ts';
import { LINKS_A_REQUEST } from './write-each.ts';

/** Some members of one group, added by one request: all of them or none. */
export interface Joining {
  readonly groupId: string;
  readonly memberIds: readonly string[];
}

/** Pairs as requests: each member once, what has an impossible id for itself. */
export function joiningsOf(pairs: readonly EntraMember[]): Joining[] {
  const distinct = new Map(pairs.map((pair) => [membershipKey(pair), pair])).values();
  const byGroup = Map.groupBy(distinct, ({ groupId }) => groupId.toLowerCase());
  return [...byGroup.values()].flatMap((members) => joiningsOfGroup(members));
}

/** Spellings of one membership have one key: ids are compared without case. */
export function membershipKey({ groupId, memberId }: EntraMember): string {
  return `${groupId} ${memberId}`.toLowerCase();
}

/** Both halves, to find out which of them a refusal is about. */
export function halvesOf({ groupId, memberIds }: Joining): Joining[] {
  const size = Math.ceil(memberIds.length / 2);
  return chunks(memberIds, size).map((half) => ({ groupId, memberIds: half }));
}

function joiningsOfGroup(members: readonly EntraMember[]): Joining[] {
  const ids = members.map(({ memberId }) => memberId);
  const requests = chunks(ids.filter(isGuid), LINKS_A_REQUEST);
  const impossible = ids.filter((id) => !isGuid(id)).map((id) => [id]);
  const groupId = members[0]?.groupId ?? '';
  return [...requests, ...impossible].map((memberIds) => ({ groupId, memberIds }));
}
