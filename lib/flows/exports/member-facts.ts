import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import { type Edge, edgeName } from '../../sync/edge.ts';
import type { Link, LinkTie } from '../../sync/link.ts';
import type { EdgeKey, MemberWord } from '../../sync/messages.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { type JudgeNeeds, judgeOf } from '../entries/judge.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { appOf, resourcesOf } from '../sides.ts';

type Needs = Pick<Services, 'lanes' | 'ties' | 'directories'> & JudgeNeeds;

/** A membership that is to be looked at; its ends' entries where somebody named them. */
export type Question = Pick<MemberWord, 'holder' | 'member' | 'memberKind' | 'removed'> &
  Partial<Pick<MemberWord, 'groupId' | 'memberId'>>;

/** What is known of a membership whose both ends have entries. */
export interface MemberFacts {
  readonly question: Question;
  readonly edge: Edge | undefined;
  /** The group's. */
  readonly link: Link;
  readonly groupId: string;
  readonly memberId: string;
  /** Both ends are linked, and the group takes part. */
  readonly isInStep: boolean;
  /** The application holds it. */
  readonly holds: boolean;
}

/** Gathers what is known of memberships of groups of this lane; those without entries are left out. */
export async function memberFacts(
  needs: Needs,
  { connection, lane }: LanePlace,
  questions: readonly Question[],
): Promise<readonly MemberFacts[]> {
  const keys = questions.map(({ holder, member }) => ({ holder, member }));
  const links = await needs.lanes.links(lane, [...new Set(keys.map(({ holder }) => holder))]);
  const members = [...new Set(keys.map(({ member }) => member))];
  const ties = await needs.ties.read(connection.id, members);
  const edges = await needs.lanes.edges(lane, keys);
  const judge = await judgeOf(needs, connection, [...links.values()]);
  const known = questions.flatMap((question) => {
    const tied = tiedEnds(question, links.get(question.holder), ties.get(question.member));
    if (!tied) return [];
    const isInStep =
      tied.link.state === 'linked' &&
      tied.tie.state === 'linked' &&
      judge.standing(tied.link).is !== 'out';
    const { link, groupId, memberId } = tied;
    return [{ question, link, groupId, memberId, isInStep, edge: edges.get(edgeName(question)) }];
  });
  const held = await heldAmong(needs, connection, known);
  return known.map((one) => ({ ...one, holds: held.has(edgeName(one.question)) }));
}

/** Whoever is tied to another entry than the one that was named, or to none, is left alone. */
function tiedEnds({ groupId, memberId }: Question, link?: Link, tie?: LinkTie) {
  if (!link || !tie || link.appId === null || tie.appId === null) return undefined;
  const isNamed = (groupId ?? link.appId) === link.appId && (memberId ?? tie.appId) === tie.appId;
  return isNamed ? { link, tie, groupId: link.appId, memberId: tie.appId } : undefined;
}

async function heldAmong(
  needs: Needs,
  connection: StoredConnection,
  known: readonly { question: EdgeKey; groupId: string; memberId: string }[],
): Promise<ReadonlySet<string>> {
  const app = resourcesOf(needs, connection);
  const held = new Set<string>();
  for (const [groupId, some] of Map.groupBy(known, (one) => one.groupId)) {
    const there = await app.membersAmong(
      groupId,
      some.map(({ memberId }) => memberId),
    );
    for (const { question, memberId } of some)
      if (there.has(memberId)) held.add(edgeName(question));
  }
  return held;
}

/**
 * Of memberships that the application lacks, those that it has taken away: an entry that is gone took
 * its own along, and that is no wish.
 */
export async function withEntries(
  needs: Needs,
  connection: StoredConnection,
  lacking: readonly MemberFacts[],
): Promise<readonly MemberFacts[]> {
  if (lacking.length === 0) return [];
  const groups = lacking.map(({ groupId }) => ({ kind: 'group' as const, id: groupId }));
  const members = lacking.map(({ memberId, question }) => {
    return { kind: question.memberKind, id: memberId };
  });
  const unique = new Map([...groups, ...members].map((one) => [`${one.kind} ${one.id}`, one]));
  const entries = await readEntries(appOf(needs, connection), [...unique.values()]);
  return lacking.filter(({ groupId, memberId }) => entries.has(groupId) && entries.has(memberId));
}
