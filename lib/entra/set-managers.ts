import type { EntraOutcome, WritePriority } from '../ports/entra-writes.ts';
import { writeEach } from './write-each.ts';
import { isUnknown } from './write-refusal.ts';
import { managerPath, referenceTo, type WriteRequest } from './write-request.ts';
import type { Writer } from './writer.ts';

/** A user and who is to be the manager; null takes the manager away. */
export interface ManagerPair {
  readonly userId: string;
  readonly managerId: string | null;
}

/**
 * Sets managers; see `setManagers` of the ports.
 * @param lagSeconds pauses after which a pair is tried again of which Graph does not know somebody:
 *   replicas learn of new objects late
 */
export async function setManagers(
  writer: Writer,
  { pairs, priority }: { readonly pairs: readonly ManagerPair[]; readonly priority: WritePriority },
  lagSeconds: readonly number[],
): Promise<readonly EntraOutcome[]> {
  const set = (all: readonly ManagerPair[]) =>
    writeEach(
      writer,
      { all, priority },
      {
        ids: ({ userId }) => [userId],
        links: ({ managerId }) => (managerId === null ? [] : [managerId]),
        request: (pair) => requestFor(writer, pair),
      },
    );
  const outcomes = [...(await set(pairs))];
  for (const seconds of lagSeconds) {
    const missing = [...pairs.keys()].filter((place) => isMissing(outcomes[place]));
    if (missing.length === 0) break;
    await writer.pause(seconds);
    const again = await set(missing.flatMap((place) => pairs[place] ?? []));
    for (const [at, outcome] of again.entries()) outcomes.splice(missing[at] ?? 0, 1, outcome);
  }
  return outcomes;
}

function isMissing(outcome: EntraOutcome | undefined): boolean {
  return outcome?.ok === false && outcome.reason === 'missing';
}

/** A user without a manager answers 404 to the deletion (Graph docs: remove manager). */
function requestFor({ graph }: Writer, { userId, managerId }: ManagerPair): WriteRequest {
  const path = managerPath(userId);
  const subject = { kind: 'user', id: userId, part: 'manager' } as const;
  if (managerId === null) return { method: 'DELETE', path, subject, isSoAlready: isUnknown };
  const body = { '@odata.id': referenceTo(graph.base, managerId) };
  return { method: 'PUT', path, body, subject };
}
