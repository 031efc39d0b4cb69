import type { HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import { tendSubscriptions } from '../flows/tend-subscriptions.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { toPoll } from '../sync/addressed.ts';
import { type Connection, leavingSchema, secretNamesOf } from '../sync/connection.ts';
import type { Verdict } from '../sync/messages.ts';
import { askForResync } from '../sync/resyncs.ts';
import { connectionOf, isLeftOver, saveAt } from './connections.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';

/**
 * Removes a connection; `?users=` says what becomes of the entries that it keeps in step: `keep`
 * (the default), `deactivate` the users, or `delete` users and groups. Where entries are to go, the
 * guard is asked first, and the connection stays, switched off, until they have. What is stored of
 * it is removed in the background. Asking once more takes up a removal that broke off.
 */
export async function removeConnection(call: Call): Promise<HttpResponseInit> {
  const { services, params } = call;
  const id = params.connectionId ?? '';
  const users = leavingSchema.default('keep').safeParse(queryOf(call).users);
  if (!users.success)
    throw new AppError('bad-request', `users: one of ${leavingSchema.options.join(', ')}`);
  if (await isLeftOver(services, id)) return purge(call, id, 204);
  const { version, ...connection } = await connectionOf(call);
  await unsubscribe(call, connection);
  if (users.data === 'keep') {
    // The row first: a crash leaves a secret behind, not a connection without one.
    await services.connections.remove(id);
    for (const name of secretNamesOf(connection)) await services.secrets.remove(name);
    services.log.info('connection removed', { connectionId: id });
    return purge(call, id, 204);
  }
  const approved = connection.leaving?.users === users.data && connection.leaving.approved;
  const leaving = { users: users.data, approved };
  await saveAt(call, changed(call, { ...connection, enabled: false, leaving }), version);
  services.log.info('connection is leaving', { connectionId: id, users: users.data });
  return purge(call, id, 202, { leaving });
}

/** With the last connection of its tenant the subscriptions go too, while there is a credential. */
async function unsubscribe({ services }: Call, { id, entra }: Connection): Promise<void> {
  try {
    await tendSubscriptions(services, entra, { without: id });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // They expire by themselves, and are not heard meanwhile.
    services.log.warn('subscriptions could not be ended', { connectionId: id, code: error.code });
  }
}

async function purge(
  { services }: Call,
  connectionId: string,
  status: number,
  jsonBody?: unknown,
): Promise<HttpResponseInit> {
  // By now it is gone, or leaving: its credentials open nothing any more.
  services.knownCredentials.forget(connectionId);
  await services.bus.send('polls', [toPoll({ connectionId, reason: 'purge' })]);
  return { status, ...(jsonBody !== undefined && { jsonBody }) };
}

/** The guard held the removal of all that a connection kept in step: approved, or called off. */
export async function judgeLeaving(
  call: Call,
  { version, ...connection }: StoredConnection,
  verdict: Verdict['verdict'],
): Promise<HttpResponseInit> {
  const { leaving, ...staying } = connection;
  if (!leaving || verdict === 'reject') {
    // What was taken away by then, or told meanwhile, is found by a full run once it is on again.
    const { checkpoints } = call.services;
    const state = await checkpoints.load(connection.id);
    const resyncs = askForResync(state.resyncs, { isUrgent: true });
    await checkpoints.save(connection.id, state, { resyncs });
    await saveAt(call, changed(call, staying), version);
    return { status: 200, jsonBody: { verdict } };
  }
  const next = { ...connection, leaving: { ...leaving, approved: true } };
  await saveAt(call, changed(call, next), version);
  return purge(call, connection.id, 202, { verdict, leaving: next.leaving });
}

/** Workers that remember the connection are to notice. */
function changed({ services }: Call, connection: Connection): Connection {
  return {
    ...connection,
    settingsVersion: connection.settingsVersion + 1,
    updatedAt: new Date(services.clock.now()).toISOString(),
  };
}
