import { z } from 'zod';
import { AppError } from '../errors.ts';
import { tendSubscriptions } from '../flows/upkeep/tend-subscriptions.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { toPoll } from '../sync/addressed.ts';
import { type Connection, leavingSchema, secretNamesOf } from '../sync/connection.ts';
import type { Verdict } from '../sync/messages.ts';
import { askForResync } from '../sync/resyncs.ts';
import { leavingViewSchema } from './connection-view.ts';
import { connectionOf, isLeftOver, saveAt } from './connections.ts';
import { type Contract, route } from './contract.ts';
import type { Call } from './manage.ts';
import { queryOf } from './paging.ts';

const contract = {
  operation: 'removeConnection',
  summary: 'Removes a connection, and what becomes of the entries that it keeps in step',
  query: z.object({ users: leavingSchema.default('keep') }),
  answers: {
    202: {
      description: 'It is off; its entries go once that is approved (…/held), then it goes itself',
      body: z.strictObject({ leaving: leavingViewSchema }),
      example: { leaving: { users: 'deactivate', approved: false } },
    },
    204: { description: 'It is gone; what is stored of it goes in the background' },
  },
  problems: ['precondition-failed'],
} satisfies Contract;

/**
 * Removes a connection; `?users=` says what becomes of the entries that it keeps in step: `keep`
 * (the default), `deactivate` the users, or `delete` users and groups. Where entries are to go, the
 * guard is asked first, and the connection stays, switched off, until they have. What is stored of
 * it is removed in the background. Asking once more takes up a removal that broke off.
 */
export const removeConnection = route(contract)(async (call) => {
  const { services, params } = call;
  const id = params.connectionId ?? '';
  const users = leavingSchema.default('keep').safeParse(queryOf(call).users);
  if (!users.success)
    throw new AppError('bad-request', `users: one of ${leavingSchema.options.join(', ')}`);
  if (await isLeftOver(services, id)) {
    await purge(call, id);
    return { status: 204 };
  }
  const { version, ...connection } = await connectionOf(call);
  await unsubscribe(call, connection);
  if (users.data === 'keep') {
    // The row first: a crash leaves a secret behind, not a connection without one.
    await services.connections.remove(id);
    for (const name of secretNamesOf(connection)) await services.secrets.remove(name);
    services.log.info('connection removed', { connectionId: id });
    await purge(call, id);
    return { status: 204 };
  }
  const approved = connection.leaving?.users === users.data && connection.leaving.approved;
  const leaving = { users: users.data, approved };
  await saveAt(call, changed(call, { ...connection, enabled: false, leaving }), version);
  services.log.info('connection is leaving', { connectionId: id, users: users.data });
  await purge(call, id);
  return { status: 202, jsonBody: { leaving } };
});

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

async function purge({ services }: Call, connectionId: string): Promise<void> {
  // By now it is gone, or leaving: its credentials open nothing any more.
  services.knownCredentials.forget(connectionId);
  await services.bus.send('polls', [toPoll({ connectionId, reason: 'purge' })]);
}

/** What became of the removal of a connection. */
type LeavingJudged =
  | { readonly status: 200; readonly jsonBody: { readonly verdict: 'approve' | 'reject' } }
  | {
      readonly status: 202;
      readonly jsonBody: {
        readonly verdict: 'approve' | 'reject';
        readonly leaving: z.infer<typeof leavingViewSchema>;
      };
    };

/** The guard held the removal of all that a connection kept in step: approved, or called off. */
export async function judgeLeaving(
  call: Call,
  { version, ...connection }: StoredConnection,
  verdict: Verdict['verdict'],
): Promise<LeavingJudged> {
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
  const approved = { ...leaving, approved: true };
  await saveAt(call, changed(call, { ...connection, leaving: approved }), version);
  await purge(call, connection.id);
  return { status: 202, jsonBody: { verdict, leaving: approved } };
}

/** Workers that remember the connection are to notice. */
function changed({ services }: Call, connection: Connection): Connection {
  return {
    ...connection,
    settingsVersion: connection.settingsVersion + 1,
    updatedAt: new Date(services.clock.now()).toISOString(),
  };
}
