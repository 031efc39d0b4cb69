import type { EntraMember, EntraOutcome, WritePriority } from '../ports/entra-writes.ts';
import { writeEach } from './write-each.ts';
import { isNotThere } from './write-refusal.ts';
import { membershipPath } from './write-request.ts';
import type { Writer } from './writer.ts';

/** Takes members out of groups, one a request; see `removeMembers` of the ports. */
export async function removeMembers(
  writer: Writer,
  pairs: readonly EntraMember[],
  priority: WritePriority,
): Promise<readonly EntraOutcome[]> {
  const outcomes = await writeEach(
    writer,
    { all: pairs, priority },
    {
      ids: ({ groupId, memberId }) => [groupId, memberId],
      request: ({ groupId, memberId }) => ({
        method: 'DELETE',
        path: membershipPath(groupId, memberId),
        subject: { kind: 'group', id: groupId, part: 'members' },
        isSoAlready: isNotThere,
      }),
    },
  );
  return outcomes.map((outcome, place) =>
    outcome.ok ? { ok: true, id: pairs[place]?.memberId ?? outcome.id } : outcome,
  );
}
