import { randomInt } from 'node:crypto';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { ExpressionContext } from '../../sync/expressions/evaluate.ts';
import type { Link } from '../../sync/link.ts';
import { type Decision, reconcile } from '../../sync/reconcile.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { dependsOnGroups, rulesOf } from '../../sync/rules/rules-of.ts';
import { NO_ROLES, type Roles, type Standing, standingOf } from '../../sync/rules/standing.ts';

export type JudgeNeeds = Pick<Services, 'ties' | 'nesting' | 'clock'>;

/** Decides about links of one lane by their connection's rules. */
export interface Judge {
  readonly rules: Rules;
  readonly context: ExpressionContext;
  readonly standing: (link: Judged) => Standing;
  /** Which groups of a user's own give it a role: a name of {@link Rules.roots}. */
  readonly through: (entraId: string, role: string) => readonly string[];
  /** @param reassert compare even where Entra's side has not changed */
  readonly decide: (link: Link, reassert?: boolean) => Decision;
}

type Judged = Pick<Link, 'kind' | 'entraId' | 'seen'>;

/** Gathers what the rules need to know of some links: which groups the users are in, where it counts. */
export async function judgeOf(
  needs: JudgeNeeds,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'entraId'>[],
): Promise<Judge> {
  const rules = rulesOf(connection);
  const users = links.flatMap(({ kind, entraId }) => (kind === 'user' ? [entraId] : []));
  const through = await membershipsOf(needs, connection.id, rules, users);
  const roles = (user: string): Roles => {
    const own = Object.keys(rules.roots).filter((role) => through(user, role).length > 0);
    return own.length > 0 ? new Set(own) : NO_ROLES;
  };
  return { ...judgeBy(rules, contextOf(needs), roles), through };
}

/** Decides by rules alone, once it is known which roles users have. */
export function judgeBy(
  rules: Rules,
  context: ExpressionContext,
  roles: (user: string) => Roles,
): Omit<Judge, 'through'> {
  const standing = ({ kind, entraId, seen }: Judged) =>
    standingOf({ kind, id: entraId, properties: seen.properties }, rules, roles(entraId));
  return {
    rules,
    context,
    standing,
    decide: (link, reassert = false) =>
      reconcile(link, rules, standing(link), { reassert, context }),
  };
}

/** What expressions may use beside an object's properties. */
export function contextOf({ clock }: Pick<Services, 'clock'>): ExpressionContext {
  return { now: clock.now(), random: () => randomInt(2 ** 47) / 2 ** 47 };
}

async function membershipsOf(
  { ties, nesting }: JudgeNeeds,
  connectionId: string,
  rules: Rules,
  users: readonly string[],
): Promise<Judge['through']> {
  if (users.length === 0 || !dependsOnGroups(rules)) return () => [];
  // Groups first: whoever joins one after that is told of by its lane.
  const { sets } = await nesting.sets(connectionId);
  const groups = new Map(
    Object.entries(rules.roots).map(([role, roots]) => [role, new Set(sets[role] ?? roots)]),
  );
  const holders = await ties.holdersOf(connectionId, users);
  return (user, role) => {
    const those = groups.get(role);
    return those ? (holders.get(user) ?? []).filter((group) => those.has(group)) : [];
  };
}
