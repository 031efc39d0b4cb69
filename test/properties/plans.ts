import { noCounts, type PlannedObject } from '../../lib/sync/plan.ts';
import { keyOf } from '../../lib/sync/rules/rules-key.ts';
import { rulesOf } from '../../lib/sync/rules/rules-of.ts';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { CONNECTION, type World } from './world.ts';

/** The one plan of a world. */
export const PLAN = '0000000000001-00000000';

/** Begins the plan, as the admin API does; nobody is told of it yet. */
export async function beginPlan({ outside, now }: World, rules: RuleSettings): Promise<void> {
  const connection = await outside.connections.get(CONNECTION);
  const plan = {
    id: PLAN,
    connectionSince: connection?.createdAt ?? '',
    state: 'reading' as const,
    startedAt: new Date(now()).toISOString(),
    endedAt: null,
    error: null,
    rules,
    rulesKey: keyOf(rulesOf({ rules })).rules,
    step: 'groups' as const,
    link: null,
    stumbles: 0,
    counts: noCounts(),
    memberships: 0,
  };
  await outside.plans.begin(CONNECTION, plan, await outside.plans.last(CONNECTION));
}

/** What the plan says of each object. */
export async function planned({ outside }: World): Promise<readonly PlannedObject[]> {
  return (await outside.plans.objects(CONNECTION, PLAN, { size: 200 })).objects;
}
