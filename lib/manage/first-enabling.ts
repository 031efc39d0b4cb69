import { AppError, hasCode } from '../errors.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { StoredPlan } from '../ports/plans.ts';
import type { Call } from './manage.ts';
import { isOfCurrentRules, planOf } from './preview.ts';

/**
 * Nobody switches a connection on for the first time without having been told what that does: a plan
 * by its rules of now must be ready. Later switching asks for none.
 * @throws AppError `conflict`
 */
export async function requirePlan(
  call: Call,
  connection: StoredConnection,
  planId: string | undefined,
): Promise<void> {
  const { checkpoint } = await call.services.checkpoints.load(connection.id);
  if (checkpoint.epoch > 0) return;
  const path = `/manage/connections/${connection.id}/preview`;
  const how = `POST ${path}, look at what it would do, then switch on with {"enabled": true, "plan": "<its id>"}`;
  if (planId === undefined)
    throw new AppError(
      'conflict',
      `the connection was never on, and needs a preview first: ${how}`,
    );
  const plan = await known(call, connection, planId);
  if (!plan) throw new AppError('conflict', `there is no such plan of this connection: ${how}`);
  if (plan.state === 'reading')
    throw new AppError(
      'conflict',
      `the plan is being read; wait until GET ${path}/${planId} says "ready"`,
    );
  if (plan.state === 'failed') throw new AppError('conflict', `the plan could not be made: ${how}`);
  if (!isOfCurrentRules(connection, plan))
    throw new AppError(
      'conflict',
      `the plan is of other rules than the connection has now: ${how}`,
    );
}

async function known(
  call: Call,
  connection: StoredConnection,
  planId: string,
): Promise<StoredPlan | undefined> {
  try {
    return await planOf(call, connection, planId);
  } catch (error) {
    if (hasCode(error, 'not-found')) return undefined;
    throw error;
  }
}
