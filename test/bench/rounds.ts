import { costOf } from './cost.ts';
import type { Tell } from './figures.ts';
import { endedRun, type Site, until } from './site.ts';
import { someUsers } from './some-users.ts';

/** A poll that finds nothing. */
export async function measureIdleRound(
  site: Site,
  connectionId: string,
  tell: Tell,
): Promise<void> {
  const idleRounds = async () => (await site.state(connectionId)).checkpoint.idleRounds;
  const cost = await costOf(site, async () => {
    const before = await idleRounds();
    await site.azure.runTimer('poll-timer');
    await until(async () => (await idleRounds()) > before);
  });
  tell({ name: 'idle.graph', value: cost.graphRequests, unit: 'requests', budget: 2 });
  tell({ name: 'idle.tables', value: cost.transactions, unit: 'transactions', budget: 4 });
  tell({ name: 'idle.bus', value: cost.messages, unit: 'messages', budget: 1 });
}

/** A poll that finds one user changed. */
export async function measureOneChange(
  site: Site,
  connectionId: string,
  tell: Tell,
): Promise<void> {
  const [user = ''] = await someUsers(site);
  const cost = await costOf(site, async () => {
    const { run: before } = await site.state(connectionId);
    await site.tenant.patchUser(user, { jobTitle: 'Head of Benchmarks' });
    await site.azure.runTimer('poll-timer');
    await endedRun(site, connectionId, (run) => run.id !== before?.id);
  });
  tell({ name: 'change.graph', value: cost.graphRequests, unit: 'requests', budget: 2 });
  tell({ name: 'change.tables', value: cost.transactions, unit: 'transactions', budget: 12 });
  tell({ name: 'change.bus', value: cost.messages - 1, unit: 'messages', budget: 2 });
}
