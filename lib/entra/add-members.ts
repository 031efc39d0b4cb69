import type { EntraMember, EntraOutcome, WritePriority } from '../ports/entra-writes.ts';
import type { GraphBase } from './graph-base.ts';
import { halvesOf, type Joining, joiningsOf, membershipKey } from './joining.ts';
import { readNatures } from './read-only.ts';
import { writeEach } from './write-each.ts';
import { isMemberAlready } from './write-refusal.ts';
import { objectPath, referenceTo, type WriteRequest } from './write-request.ts';
import type { Writer } from './writer.ts';

/** A request, and what became of it. */
interface Joined {
  readonly joining: Joining;
  readonly outcome: EntraOutcome;
}

/**
 * Adds members to groups, 20 a request; see `addMembers` of the ports. Where Graph refuses a request
 * for the sake of one member, each half is sent by itself, until those that it is about stand alone.
 * @param lagSeconds pauses after which a request is sent again of which Graph does not know
 *   somebody: replicas learn of new objects late
 */
export async function addMembers(
  writer: Writer,
  { pairs, priority }: { readonly pairs: readonly EntraMember[]; readonly priority: WritePriority },
  lagSeconds: readonly number[],
): Promise<readonly EntraOutcome[]> {
  const join = (open: readonly Joining[]) => joinOnce(writer, open, priority);
  const ended: Joined[] = [];
  let joined = await join(joiningsOf(pairs));
  for (const seconds of lagSeconds) {
    const missing = joined.filter(({ outcome }) => isRefusedAs(outcome, 'missing'));
    if (missing.length === 0) break;
    ended.push(...joined.filter((one) => !missing.includes(one)));
    await writer.pause(seconds);
    joined = await join(missing.map(({ joining }) => joining));
  }
  for (let left = [...ended.splice(0), ...joined]; left.length > 0; ) {
    const divisible = await divisibleOf(writer, left);
    ended.push(...left.filter((one) => !divisible.has(one)));
    left = await join([...divisible].flatMap(({ joining }) => halvesOf(joining)));
  }
  return outcomesOf(pairs, ended);
}

/** Those of which only some members may be refused: not where the group itself is gone. */
async function divisibleOf(writer: Writer, joined: readonly Joined[]): Promise<Set<Joined>> {
  const several = joined.filter(({ joining }) => joining.memberIds.length > 1);
  const missing = several.filter(({ outcome }) => isRefusedAs(outcome, 'missing'));
  const ids = missing.map(({ joining }) => joining.groupId);
  const groups = await readNatures(writer.graph, 'group', ids);
  return new Set([
    ...several.filter(({ outcome }) => isRefusedAs(outcome, 'refused')),
    ...missing.filter(({ joining }) => groups.has(joining.groupId)),
  ]);
}

function isRefusedAs(outcome: EntraOutcome, reason: 'missing' | 'refused'): boolean {
  return !outcome.ok && outcome.reason === reason;
}

async function joinOnce(
  writer: Writer,
  all: readonly Joining[],
  priority: WritePriority,
): Promise<Joined[]> {
  const outcomes = await writeEach(
    writer,
    { all, priority },
    {
      ids: ({ groupId }) => [groupId],
      links: ({ memberIds }) => memberIds,
      request: (joining) => requestFor(writer.graph.base, joining),
    },
  );
  return all.flatMap((joining, place) => {
    const outcome = outcomes[place];
    return outcome ? [{ joining, outcome }] : [];
  });
}

/** It adds and never replaces (Graph docs: update group). */
function requestFor(base: GraphBase, { groupId, memberIds }: Joining): WriteRequest {
  return {
    method: 'PATCH',
    path: objectPath('group', groupId),
    body: { 'members@odata.bind': memberIds.map((id) => referenceTo(base, id)) },
    subject: { kind: 'group', id: groupId, part: 'members' },
    // Of several one may be a member already, and the others not.
    ...(memberIds.length === 1 && { isSoAlready: isMemberAlready }),
  };
}

function outcomesOf(
  pairs: readonly EntraMember[],
  ended: readonly Joined[],
): readonly EntraOutcome[] {
  const found = new Map(
    ended.flatMap(({ joining: { groupId, memberIds }, outcome }) =>
      memberIds.map((memberId) => [membershipKey({ groupId, memberId }), outcome] as const),
    ),
  );
  return pairs.flatMap((pair): EntraOutcome[] => {
    const outcome = found.get(membershipKey(pair));
    if (!outcome) return [];
    return [outcome.ok ? { ok: true, id: pair.memberId } : outcome];
  });
}
