import { hasCode } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { chunks } from '../../sync/chunks.ts';
import { entraOf, isOfSide } from '../sides.ts';

/** Groups that are asked at the same time. */
const GROUPS_AT_ONCE = 4;

/** What Entra shows of some edges, which stand here by their names. */
export interface Shown {
  /** Those that are there. */
  readonly found: ReadonlySet<string>;
  /** Those of which it would not tell: hidden memberships for instance. */
  readonly unknown: ReadonlySet<string>;
}

/** Whether Entra tells of an edge that it is not there. */
export function isUnshown(name: string, { found, unknown }: Shown): boolean {
  return !found.has(name) && !unknown.has(name);
}

/** Asks whether a group has a member, for the sake of an edge. */
interface Question {
  /** The edge's. */
  readonly name: string;
  readonly group: string;
  readonly member: string;
}

/**
 * Which edges stand by what Entra shows of groups. One group that cannot be read is no obstacle for
 * others.
 * @throws AppError of the side `entra` where it is out of reach as a whole
 */
export async function askGroups(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  questions: readonly Question[],
): Promise<Shown> {
  const entra = entraOf(needs, connection);
  const found = new Set<string>();
  const unknown = new Set<string>();
  const groups = [...Map.groupBy(questions, ({ group }) => group)];
  const askOne = async ([group, some]: [string, Question[]]) => {
    try {
      const members = await entra.members(group, [...new Set(some.map(({ member }) => member))]);
      for (const { name, member } of some) if (members.has(member)) found.add(name);
    } catch (error) {
      if (!isOfSide(error, 'entra') || !isOfOneGroup(error)) throw error;
      for (const { name } of some) unknown.add(name);
    }
  };
  for (const some of chunks(groups, GROUPS_AT_ONCE)) await Promise.all(some.map(askOne));
  return { found, unknown };
}

/** A group may be hidden, or its answer broken; the rest concerns Entra as a whole. */
function isOfOneGroup(error: unknown): boolean {
  return hasCode(error, 'access-denied', 'bad-answer');
}
