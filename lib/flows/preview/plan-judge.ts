import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Kind } from '../../sync/entry.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { dependsOnGroups } from '../../sync/rules/rules-of.ts';
import { NO_ROLES } from '../../sync/rules/standing.ts';
import { contextOf, type Judge, judgeBy } from '../entries/judge.ts';

/** What a plan is made of. */
export interface Planning {
  /** With its own rules, whatever those of the plan are. */
  readonly connection: StoredConnection;
  readonly planId: string;
  readonly rules: Rules;
  /** Something was read before, so that objects may be linked. */
  readonly isKnown: boolean;
  /** What changed in the application alone is set right, as in a full run. */
  readonly reassert: boolean;
}

/** Decides about objects by a plan's rules, and by what the plan has seen of their groups. */
export async function planJudge(
  { plans, clock }: Pick<Services, 'plans' | 'clock'>,
  { connection, planId, rules }: Planning,
  objects: readonly { readonly kind: Kind; readonly id: string }[],
): Promise<Omit<Judge, 'through'>> {
  const users = objects.flatMap(({ kind, id }) => (kind === 'user' ? [id] : []));
  const isAsked = users.length > 0 && dependsOnGroups(rules);
  const numbers = isAsked
    ? await plans.roles(connection.id, planId, [...new Set(users)])
    : new Map<string, readonly number[]>();
  const names = Object.keys(rules.roots);
  const rolesOf = (user: string) => {
    const own = numbers.get(user);
    return own ? new Set(own.flatMap((number) => names[number] ?? [])) : NO_ROLES;
  };
  return judgeBy(rules, contextOf({ clock }), rolesOf);
}
