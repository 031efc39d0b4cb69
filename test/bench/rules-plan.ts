import { openAdminApi } from '../scenarios/admin-api.ts';
import type { Cost } from './cost.ts';
import type { Tell } from './figures.ts';
import type { Site } from './site.ts';

/** A plan that has been made, what that has cost, and how many users it is about. */
interface Made {
  readonly connectionId: string;
  readonly planId: string;
  readonly cost: Cost;
  readonly users: number;
}

/** Tells what a plan has cost, and of how many users it foresees that something happens. */
export async function tellPlan(
  { azure }: Site,
  { connectionId, planId, cost, users }: Made,
  tell: Tell,
): Promise<void> {
  const admin = openAdminApi(azure.url, azure.adminToken);
  const { state, startedAt, endedAt, counts } = await admin.plan(connectionId, planId);
  if (state !== 'ready' || endedAt === null) throw new Error(`the plan is ${state}`);
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  const { none = 0, out = 0, ...changes } = counts.users;
  const changed = Object.values(changes).reduce((sum, count) => sum + count, 0);
  const perUser = cost.transactions / users;
  tell({ name: 'seconds', value: seconds, unit: 's', budget: null });
  tell({ name: 'graph', value: cost.graphRequests, unit: 'requests', budget: null });
  tell({ name: 'graph.writes', value: cost.graphWrites, unit: 'requests', budget: 0 });
  tell({ name: 'tables', value: perUser, unit: 'transactions a user', budget: null });
  tell({ name: 'bus', value: cost.messages, unit: 'messages', budget: null });
  tell({
    name: 'foreseen',
    value: changed,
    unit: `of ${changed + none + out} users`,
    budget: null,
  });
}
