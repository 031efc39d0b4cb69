import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import { costOf } from './cost.ts';
import type { Tell } from './figures.ts';
import { isSettled } from './rules-settled.ts';
import { endedRun, type Site } from './site.ts';

/** Imports a tenant of so many users by rules; the plan before it is not counted. */
export async function measureRulesImport(
  site: Site,
  connectionId: string,
  { rules, users }: { readonly rules: RuleSettings; readonly users: number },
  tell: Tell,
): Promise<void> {
  const plan = await site.prepare(connectionId, rules);
  let seconds = 0;
  const cost = await costOf(site, async () => {
    await site.switchOn(connectionId, plan);
    ({ seconds } = await endedRun(site, connectionId));
    await isSettled(site, connectionId);
  });
  const perUser = cost.transactions / users;
  tell({ name: 'seconds', value: seconds, unit: 's', budget: null });
  tell({ name: 'graph', value: cost.graphRequests, unit: 'requests', budget: null });
  tell({ name: 'tables', value: perUser, unit: 'transactions a user', budget: null });
  tell({ name: 'bus', value: cost.messages, unit: 'messages', budget: null });
}
