import { AppError, hasCode } from '../errors.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { StoredPlan } from '../ports/plans.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import type { RuleSettings } from '../sync/rules/settings.ts';
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
  const next = 'then switch on with {"enabled": true, "plan": "<its id>"}';
  if (planId === undefined)
    throw new AppError(
      'conflict',
      `the connection was never on, and needs a preview first: ${howTo(connection, next)}`,
    );
  await requireReady(call, connection, { planId, next });
}

/** Whether these rules let something reach Entra that did not before. */
export function turnsExportOn(
  connection: Pick<StoredConnection, 'rules'>,
  { users, groups }: RuleSettings,
): boolean {
  const before = rulesOf(connection).settings;
  const isNew = (now: boolean, then: boolean) => now && !then;
  return (
    isNew(users.export, before.users.export) ||
    isNew(groups.export, before.groups.export) ||
    isNew(users.create !== null, before.users.create !== null) ||
    isNew(groups.create !== null, before.groups.create !== null)
  );
}

/**
 * Nothing begins to reach Entra that nobody has been told of: a plan by just the new rules must be
 * ready.
 * @param connection with its new rules
 * @throws AppError `conflict`
 */
export async function requirePreviewed(
  call: Call,
  connection: StoredConnection,
  planId: string | undefined,
): Promise<void> {
  const next = 'by these rules, then change the rules with "plan": "<its id>" beside them';
  if (planId === undefined)
    throw new AppError(
      'conflict',
      `an export is turned on, which needs a preview first: ${howTo(connection, next)}`,
    );
  await requireReady(call, connection, { planId, next });
}

function howTo({ id }: StoredConnection, next: string): string {
  return `POST /manage/connections/${id}/preview, look at what it would do, ${next}`;
}

/** @throws AppError `conflict` where the plan is not ready, or not by the connection's rules */
async function requireReady(
  call: Call,
  connection: StoredConnection,
  { planId, next }: { readonly planId: string; readonly next: string },
): Promise<void> {
  const how = howTo(connection, next);
  const plan = await known(call, connection, planId);
  if (!plan) throw new AppError('conflict', `there is no such plan of this connection: ${how}`);
  if (plan.state === 'reading')
    throw new AppError(
      'conflict',
      `the plan is being read; wait until GET /manage/connections/${connection.id}/preview/${planId} says "ready"`,
    );
  if (plan.state === 'failed') throw new AppError('conflict', `the plan could not be made: ${how}`);
  if (!isOfCurrentRules(connection, plan))
    throw new AppError('conflict', `the plan is of other rules than these: ${how}`);
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
