import { z } from 'zod';
import { AppError } from '../errors.ts';
import { etagOf, readJson } from '../http.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { toPoll } from '../sync/addressed.ts';
import { isAutomatic, isPush } from '../sync/connection.ts';
import { askForResync } from '../sync/resyncs.ts';
import { isExporting, rulesOf } from '../sync/rules/rules-of.ts';
import { isEnded, isFullRun, newRunId } from '../sync/run.ts';
import { connectionOf, saveAt } from './connections.ts';
import { type Contract, route } from './contract.ts';
import { requirePull } from './import.ts';
import type { Call } from './manage.ts';
import { pollWritten } from './poll-written.ts';
import { requirePlan } from './require-plan.ts';
import { requireTest } from './test-connection.ts';
import { EXAMPLE, promisedRunSchema } from './views.ts';

const switchSchema = z.strictObject({
  enabled: z.boolean(),
  /** The plan that was looked at before the connection is on for the first time. */
  plan: z.string().max(64).optional(),
});

const switchContract = {
  operation: 'switchSync',
  summary:
    'The directory-sync switch; on takes a passed test, the first time also a plan that is ready',
  body: { schema: switchSchema, example: { enabled: true, plan: EXAMPLE.runId } },
  answers: {
    200: {
      description: 'How it stands now',
      body: z.strictObject({ enabled: z.boolean() }),
      example: { enabled: true },
      headers: ['etag'],
    },
  },
  problems: ['conflict', 'precondition-failed'],
} satisfies Contract;

/**
 * The directory-sync switch. Off: the reading stops before its next page, and what is in flight
 * finishes. On: it goes on from where it was, at once; it takes a
 * test of its settings, and the first time a plan, but where nothing is read. One that is read only
 * when somebody asks goes on with a run that was paused, and begins none.
 */
export const switchSync = route(switchContract)(async (call) => {
  const { services, request } = call;
  const { enabled, plan } = await readJson(request, switchSchema);
  const stored = await connectionOf(call);
  const { version, ...connection } = stored;
  if (enabled && connection.leaving)
    throw new AppError(
      'conflict',
      'the connection is being removed; reject that first (held/reject)',
    );
  if (enabled && !connection.enabled) await requireTest(call, stored);
  if (enabled && !connection.enabled && !isPush(connection)) await requirePlan(call, stored, plan);
  const updatedAt = new Date(services.clock.now()).toISOString();
  const saved =
    connection.enabled === enabled
      ? { ...connection, version }
      : await saveAt(call, { ...connection, enabled, updatedAt }, version);
  const connectionId = connection.id;
  if (enabled) {
    await services.bus.send('polls', [toPoll({ connectionId, reason: 'enabled' })]);
    if (isExporting(rulesOf(saved)) && isAutomatic(saved))
      await pollWritten(services, connectionId);
  }
  // Notifications are wanted while a connection is on; they come from the same session.
  if (!isPush(connection))
    await services.bus.send('polls', [toPoll({ connectionId, reason: 'tend' })]);
  services.log.info('sync switched', { connectionId, enabled });
  return { status: 200, headers: { etag: etagOf(saved.version) }, jsonBody: { enabled } };
});

const promised = {
  202: {
    description: 'The run that is promised, or joined; its address answers once it has begun',
    body: promisedRunSchema,
    example: {
      runId: EXAMPLE.runId,
      location: `/manage/connections/contoso/runs/${EXAMPLE.runId}`,
      joined: false,
    },
    headers: ['location'],
  },
} as const;

const resyncContract = {
  operation: 'resync',
  summary: 'Asks for a full run: all is read again, and what strayed is set right',
  answers: promised,
  problems: ['conflict'],
} satisfies Contract;

/**
 * Asks for a full run: everything is read again, what is missing is looked for, and what strayed is
 * set right. Joins one that is running or asked for already.
 */
export const resync = route(resyncContract)(async (call) => {
  const { services } = call;
  const connection = await readableConnection(call);
  const { id } = connection;
  const state = await services.checkpoints.load(id);
  const running = state.run && !isEnded(state.run) && isFullRun(state.run);
  const { asked, done, runId: promised, notBefore } = state.resyncs;
  const waits = asked > done && notBefore <= services.clock.now() ? promised : null;
  const joined = running ? state.run?.id : waits;
  const runId = joined ?? newRunId(services.clock.now());
  if (!joined) {
    const resyncs = askForResync(state.resyncs, { runId, by: call.caller.id, isUrgent: true });
    await services.checkpoints.save(id, state, { resyncs });
  }
  await services.bus.send('polls', [toPoll({ connectionId: id, reason: 'resync' })]);
  if (joined) await goOn(call, connection);
  const location = `/manage/connections/${id}/runs/${runId}`;
  return { status: 202, headers: { location }, jsonBody: { runId, location, joined: !!joined } };
});

/** A run that stands still goes on by the next poll; where none comes by itself, this is it. */
async function goOn({ services }: Call, connection: StoredConnection): Promise<void> {
  if (isAutomatic(connection)) return;
  const message = toPoll({ connectionId: connection.id, reason: 'sync-now' });
  await services.bus.send('polls', [message]);
}

/** @throws AppError `not-found`, `conflict` where nothing is read of its tenant */
async function readableConnection(call: Call): Promise<StoredConnection> {
  const connection = await connectionOf(call);
  requirePull(connection);
  if (!connection.enabled)
    throw new AppError('conflict', 'directory sync is off; switch it on first (PUT …/sync)');
  return connection;
}

const syncNowContract = {
  operation: 'syncNow',
  summary: 'Asks for a round now',
  answers: promised,
  problems: ['conflict'],
} satisfies Contract;

/**
 * Asks for a poll now. Answers with the run's address; one that is open already is joined, unless it
 * has nothing to read any more: it would not show what was changed just now.
 */
export const syncNow = route(syncNowContract)(async (call) => {
  const { services } = call;
  const connection = await readableConnection(call);
  const { id } = connection;
  const { run } = await services.checkpoints.load(id);
  const joins = run !== null && !isEnded(run) && (run.reading || isFullRun(run));
  const runId = joins ? run.id : newRunId(services.clock.now());
  if (joins) await goOn(call, connection);
  else
    await services.bus.send('polls', [
      toPoll({ connectionId: id, reason: 'sync-now', runId, by: call.caller.id }),
    ]);
  const location = `/manage/connections/${id}/runs/${runId}`;
  return { status: 202, headers: { location }, jsonBody: { runId, location, joined: joins } };
});
