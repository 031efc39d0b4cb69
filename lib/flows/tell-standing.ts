import type { StoredConnection } from '../ports/connections.ts';
import type { LaneWrite } from '../ports/lanes.ts';
import type { Services } from '../ports.ts';
import { envelopeOf, toLane, toPoll } from '../sync/addressed.ts';
import type { Edge } from '../sync/edge.ts';
import { byLane } from '../sync/lanes.ts';
import type { LaneEnvelope } from '../sync/messages.ts';
import { dependsOnGroups, rulesOf } from '../sync/rules/rules-of.ts';

type Needs = Pick<Services, 'ties' | 'nesting' | 'bus'>;

const USERS_A_MESSAGE = 1_000;

/** What a lane is about to write says of who is in which group. */
interface Moves {
  readonly joined: readonly Edge[];
  readonly left: readonly Edge[];
  /** Groups that were deleted, and that came back. */
  readonly resting: readonly string[];
  readonly back: readonly string[];
}

/**
 * Before a lane saves what it has learned of memberships: writes down, where users and groups find
 * it, who is in which group, and has those judged anew about whom that decides. Saved after it, a
 * crash in between says it all once more, which changes nothing.
 * @param isWhole in a full run everybody is judged later, when all is read
 * @returns the lanes that were told, as bits
 */
export async function tellStanding(
  needs: Needs,
  { connection, message }: { connection: StoredConnection; message: LaneEnvelope },
  writes: readonly LaneWrite[],
  isWhole = false,
): Promise<number> {
  if (!dependsOnGroups(rulesOf(connection))) return 0;
  const moves = movesIn(writes);
  const { id } = connection;
  await needs.ties.wait(id, moves.joined);
  if (moves.left.length > 0) await needs.ties.unwant(id, moves.left);
  const isNested = await noteNesting(needs, id, moves);
  if (isWhole) return 0;
  if (isNested) await needs.bus.send('polls', [toPoll({ connectionId: id, reason: 'nested' })]);
  const moved = [...moves.joined, ...moves.left].filter(({ memberKind }) => memberKind === 'user');
  if (moved.length === 0) return 0;
  const { sets } = await needs.nesting.sets(id);
  const ruling = new Set(Object.values(sets).flat());
  const users = moved.flatMap(({ holder, member }) => (ruling.has(holder) ? [member] : []));
  return sendLooks(needs, message, users);
}

/** Has users judged anew, in their lanes. @returns those as bits */
export async function sendLooks(
  { bus }: Pick<Services, 'bus'>,
  message: LaneEnvelope,
  users: readonly string[],
): Promise<number> {
  let told = 0;
  for (const [lane, some] of byLane([...new Set(users)], (user) => user)) {
    for (let at = 0; at < some.length; at += USERS_A_MESSAGE) {
      const own = { ...envelopeOf(message), lane, users: some.slice(at, at + USERS_A_MESSAGE) };
      await bus.send('changes', [toLane({ ...own, kind: 'look' })]);
    }
    told |= 1 << lane;
  }
  return told;
}

async function noteNesting(needs: Needs, connectionId: string, moves: Moves): Promise<boolean> {
  const isGroup = ({ memberKind }: Edge) => memberKind === 'group';
  const [there, gone] = [moves.joined.filter(isGroup), moves.left.filter(isGroup)];
  const { resting, back } = moves;
  if (there.length + gone.length > 0) await needs.nesting.note(connectionId, { there, gone });
  if (resting.length + back.length > 0) await needs.nesting.rest(connectionId, { resting, back });
  return there.length + gone.length + resting.length + back.length > 0;
}

function movesIn(writes: readonly LaneWrite[]): Moves {
  const joined: Edge[] = [];
  const left: Edge[] = [];
  const resting: string[] = [];
  const back: string[] = [];
  for (const write of writes) {
    if ('dropEdge' in write && write.dropEdge.relation === 'member' && write.dropEdge.wanted)
      left.push(write.dropEdge);
    if ('edge' in write && write.edge.relation === 'member') {
      const was = write.from?.wanted ?? false;
      if (write.edge.wanted && !was) joined.push(write.edge);
      if (!write.edge.wanted && was) left.push(write.edge);
    }
    if ('link' in write && write.link.kind === 'group') {
      const was = write.from?.seen.removed !== undefined;
      const is = write.link.seen.removed !== undefined;
      if (is && !was) resting.push(write.link.entraId);
      if (was && !is) back.push(write.link.entraId);
    }
  }
  return { joined, left, resting, back };
}
