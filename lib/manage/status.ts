import type { StoredConnection } from '../ports/connections.ts';
import { isAutomatic, isPush } from '../sync/connection.ts';
import { addTotals, NO_TOTALS } from '../sync/counters.ts';
import { pendingIn } from '../sync/lane-count.ts';
import { addLosses, NO_LOSSES } from '../sync/losses.ts';
import { isEnded } from '../sync/run.ts';
import { signInAdvice } from '../sync/sign-in-advice.ts';
import { authorizationView } from './authorization-view.ts';
import { connectionOf } from './connections.ts';
import { type Contract, route } from './contract.ts';
import type { Call } from './manage.ts';
import { openNextPoll } from './next-poll.ts';
import { openRunView, runView } from './run-view.ts';
import { type NotificationsView, STATUS_EXAMPLE, statusViewSchema } from './status-view.ts';

const contract = {
  operation: 'showStatus',
  summary: 'Where a connection stands: last sync, next poll, the open run, counts, the last error',
  answers: {
    200: { description: 'The status', body: statusViewSchema, example: STATUS_EXAMPLE },
  },
} satisfies Contract;

/** Where a connection stands, from rows of its own and counters: nothing is scanned for it. */
export const showStatus = route(contract)(async (call) => {
  const { services } = call;
  const connection = await connectionOf(call);
  const { id, name, enabled } = connection;
  const [{ checkpoint, run, outage, resyncs }, lanes, authorization] = await Promise.all([
    services.checkpoints.load(id),
    services.lanes.read(id),
    authorizationView(call, connection),
  ]);
  const isOpen = run !== null && !isEnded(run);
  const inStep = lanes.reduce((sum, lane) => addTotals(sum, lane.totals), NO_TOTALS);
  return {
    status: 200,
    jsonBody: {
      id,
      name,
      enabled,
      import: connection.import ?? 'pull',
      automatic: isAutomatic(connection),
      lastSync: checkpoint.lastRoundAt,
      lastChange: checkpoint.lastChangeAt,
      nextPoll: openNextPoll(call)(connection),
      inStep,
      pending: lanes.reduce((sum, lane) => sum + pendingIn(lane), 0),
      currentRun: isOpen ? openRunView(run, lanes) : null,
      lastRun: run && !isOpen ? runView(run) : null,
      lastError: checkpoint.lastError,
      idleRounds: checkpoint.idleRounds,
      unavailable: {
        entra: checkpoint.lastError && {
          since: checkpoint.lastError.since ?? checkpoint.lastError.at,
          code: checkpoint.lastError.code,
          why: checkpoint.lastError.message,
          next: signInAdvice(checkpoint.lastError.code, checkpoint.lastError.message),
        },
        app:
          outage?.endedAt !== null
            ? null
            : {
                since: outage.since,
                code: outage.code,
                why: outage.message,
                nextProbe: new Date(outage.probeAt).toISOString(),
              },
      },
      ...authorization,
      notifications: await notificationsOf(call, connection),
      failures: lanes.reduce((sum, lane) => sum + lane.failures, 0),
      held: lanes.reduce((sum, lane) => addLosses(sum, lane.held), NO_LOSSES),
      lastFullSync: resyncs.lastDoneAt === null ? null : new Date(resyncs.lastDoneAt).toISOString(),
      resyncAsked: resyncs.asked > resyncs.done,
      rejectedMessages: await services.rejected.count(id),
      ...(connection.leaving && { leaving: connection.leaving }),
    },
  };
});

/** Each subscription, or why there is none: the polling goes on all the same. */
async function notificationsOf(
  { services }: Call,
  connection: StoredConnection,
): Promise<NotificationsView> {
  if (isPush(connection)) {
    const why = 'Entra’s provisioning service writes by SCIM; nothing is read from the tenant';
    return { on: false, why, subscriptions: [] };
  }
  const { enabled, entra } = connection;
  if (enabled && !isAutomatic(connection)) {
    const why = 'automatic off: it is read only when somebody asks (sync-now, resync)';
    return { on: false, why, subscriptions: [] };
  }
  const watches = (await services.watches.of(entra.tenantId)).filter(
    (watch) => watch.clientId === entra.clientId,
  );
  const schedule = services.config.pollSchedule;
  const problem = watches.find((watch) => watch.problem)?.problem;
  const isOn = enabled && watches.length > 0 && !problem;
  const why = problem?.message ?? (enabled ? 'they are being set up' : 'directory sync is off');
  return {
    on: isOn,
    ...(!isOn && { why: `notifications off, polling by schedule (${schedule}), because ${why}` }),
    ...(problem && { code: problem.code, since: problem.since }),
    subscriptions: await Promise.all(
      watches.map(async (watch) => {
        const { notifiedAt, dropped } = await services.watches.noted(watch);
        return {
          id: watch.current?.id ?? null,
          resource: watch.resource,
          expires: time(watch.expiresAt),
          lastNotification: time(notifiedAt),
          lastCheck: time(watch.checkedAt),
          dropped,
        };
      }),
    ),
  };
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
