import type { HttpResponseInit } from '@azure/functions';
import { Cron } from 'croner';
import { addTotals, NO_TOTALS } from '../sync/counters.ts';
import { isEnded } from '../sync/run.ts';
import { connectionOf } from './connections.ts';
import type { Call } from './manage.ts';
import { openRunView, runView } from './run-view.ts';

/** Where a connection stands, from rows of its own and counters: nothing is scanned for it. */
export async function showStatus(call: Call): Promise<HttpResponseInit> {
  const { services } = call;
  const connection = await connectionOf(call);
  const { id, name, enabled } = connection;
  const [{ checkpoint, run }, lanes] = await Promise.all([
    services.checkpoints.load(id),
    services.lanes.read(id),
  ]);
  const isOpen = run !== null && !isEnded(run);
  const inStep = lanes.reduce((sum, lane) => addTotals(sum, lane.totals), NO_TOTALS);
  return {
    status: 200,
    jsonBody: {
      id,
      name,
      enabled,
      lastSync: checkpoint.lastRoundAt,
      lastChange: checkpoint.lastChangeAt,
      nextPoll: enabled ? nextPoll(call) : null,
      inStep,
      currentRun: isOpen ? openRunView(run, lanes) : null,
      lastRun: run && !isOpen ? runView(run) : null,
      lastError: checkpoint.lastError,
      idleRounds: checkpoint.idleRounds,
      rejectedMessages: await services.rejected.count(id),
    },
  };
}

function nextPoll({ services }: Call): string | null {
  // The platform joins day of month and day of week by "and" (NCRONTAB).
  const schedule = new Cron(services.config.pollSchedule, { timezone: 'UTC', domAndDow: true });
  return schedule.nextRun(new Date(services.clock.now()))?.toISOString() ?? null;
}
