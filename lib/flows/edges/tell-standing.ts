import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { envelopeOf, toLane, toPoll } from '../../sync/addressed.ts';
import { chunks } from '../../sync/chunks.ts';
import type { Edge } from '../../sync/edge.ts';
import { byLane } from '../../sync/lanes.ts';
import type { Link } from '../../sync/link.ts';
import type { LaneEnvelope } from '../../sync/messages.ts';
import { flattens, passedOn } from '../../sync/rules/flattened.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { goesByNesting, rulesOf } from '../../sync/rules/rules-of.ts';
import { NO_ROLES, standingOf } from '../../sync/rules/standing.ts';
import { sendPairs } from './send-pairs.ts';

type Needs = Pick<Services, 'ties' | 'nesting' | 'bus'>;

const USERS_A_MESSAGE = 1_000;

/** What a lane is about to write says of who is in which group. */
interface Moves {
  readonly joined: readonly Edge[];
  readonly left: readonly Edge[];
  /** Groups that were deleted, and that came back. */
  readonly resting: readonly string[];
  readonly back: readonly string[];
  /** Groups that are imported since now, and that are no more; where it counts. */
  readonly imported: readonly string[];
  readonly others: readonly string[];
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
  const rules = rulesOf(connection);
  if (!goesByNesting(rules)) return 0;
  const moves = movesIn(writes, rules);
  const { id } = connection;
  await needs.ties.wait(id, moves.joined);
  if (moves.left.length > 0) await needs.ties.unwant(id, moves.left);
  const isNested = await noteNesting(needs, id, moves);
  if (isWhole) return 0;
  if (isNested) await needs.bus.send('polls', [toPoll({ connectionId: id, reason: 'nested' })]);
  return tellMoved(needs, { connection, message }, [...moves.joined, ...moves.left]);
}

async function tellMoved(
  needs: Needs,
  { connection, message }: { connection: StoredConnection; message: LaneEnvelope },
  edges: readonly Edge[],
): Promise<number> {
  const rules = rulesOf(connection);
  const isUser = ({ memberKind }: Edge) => memberKind === 'user';
  const moved = flattens(rules) ? edges : edges.filter(isUser);
  if (moved.length === 0) return 0;
  const { sets } = await needs.nesting.sets(connection.id);
  const ruling = new Set(Object.keys(rules.roots).flatMap((role) => sets[role] ?? []));
  const users = moved.flatMap((edge) =>
    isUser(edge) && ruling.has(edge.holder) ? [edge.member] : [],
  );
  const looking = await sendLooks(needs, message, users);
  return looking | (await sendPairs(needs, message, passedOn(sets, moved)));
}

/** Has users judged anew, in their lanes. @returns those as bits */
export async function sendLooks(
  { bus }: Pick<Services, 'bus'>,
  message: LaneEnvelope,
  users: readonly string[],
): Promise<number> {
  let told = 0;
  for (const [lane, some] of byLane([...new Set(users)], (user) => user)) {
    for (const part of chunks(some, USERS_A_MESSAGE)) {
      const own = { ...envelopeOf(message), lane, users: part };
      await bus.send('changes', [toLane({ ...own, kind: 'look' })]);
    }
    told |= 1 << lane;
  }
  return told;
}

async function noteNesting(needs: Needs, connectionId: string, moves: Moves): Promise<boolean> {
  const isGroup = ({ memberKind }: Edge) => memberKind === 'group';
  const [there, gone] = [moves.joined.filter(isGroup), moves.left.filter(isGroup)];
  const { resting, back, imported, others } = moves;
  if (there.length + gone.length > 0) await needs.nesting.note(connectionId, { there, gone });
  if (resting.length + back.length > 0) await needs.nesting.rest(connectionId, { resting, back });
  if (imported.length + others.length > 0)
    await needs.nesting.admit(connectionId, { imported, others });
  return [there, gone, resting, back, imported, others].some(({ length }) => length > 0);
}

function movesIn(writes: readonly LaneWrite[], rules: Rules): Moves {
  const joined: Edge[] = [];
  const left: Edge[] = [];
  const resting: string[] = [];
  const back: string[] = [];
  const imported: string[] = [];
  const others: string[] = [];
  for (const write of writes) {
    if ('dropEdge' in write && write.dropEdge.relation === 'member' && write.dropEdge.direct)
      left.push(write.dropEdge);
    if ('edge' in write && write.edge.relation === 'member') {
      const was = write.from?.direct ?? false;
      if (write.edge.direct && !was) joined.push(write.edge);
      if (!write.edge.direct && was) left.push(write.edge);
    }
    if ('link' in write && write.link.kind === 'group') {
      const was = write.from?.seen.removed !== undefined;
      const is = write.link.seen.removed !== undefined;
      if (is && !was) resting.push(write.link.entraId);
      if (was && !is) back.push(write.link.entraId);
      if (!flattens(rules)) continue;
      const wasImported = write.from !== undefined && isImported(write.from, rules);
      const isNow = isImported(write.link, rules);
      if (isNow !== wasImported) (isNow ? imported : others).push(write.link.entraId);
    }
  }
  return { joined, left, resting, back, imported, others };
}

/** Whether a group takes part, by itself; that it is deleted is another matter. */
export function isImported({ kind, entraId, seen }: Link, rules: Rules): boolean {
  const group = { kind, id: entraId, properties: seen.properties };
  return standingOf(group, rules, NO_ROLES).is !== 'out';
}
