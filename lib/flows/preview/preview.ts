import { AppError } from '../../errors.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { StoredPlan } from '../../ports/plans.ts';
import type { Services } from '../../ports.ts';
import { toPoll } from '../../sync/addressed.ts';
import type { Plan } from '../../sync/plan.ts';
import { flattens } from '../../sync/rules/flattened.ts';
import { keyOf } from '../../sync/rules/rules-key.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { WORK_MILLISECONDS } from '../work-time.ts';
import type { Planning } from './plan-judge.ts';
import type { PlanNeeds } from './plan-page.ts';
import { type PlanReading, readForPlan } from './plan-reading.ts';

export type PreviewNeeds = PlanNeeds & Pick<Services, 'checkpoints' | 'bus' | 'log'>;

/** A side that cannot be read is asked again, for ten minutes where it names no time. */
const RETRY_SECONDS = 30;
const MOST_STUMBLES = 20;

/**
 * Goes on with a plan: reads the tenant page by page and notes what a run by the plan's rules would
 * do about each object. Nothing is written but the plan itself. What a page shows is saved together
 * with where the next one begins, so that a crash repeats a page, which changes nothing.
 */
export async function preview(
  needs: PreviewNeeds,
  connection: StoredConnection,
  planId = '',
): Promise<void> {
  const plan = await needs.plans.get(connection.id, planId);
  if (plan?.state !== 'reading' || plan.connectionSince !== connection.createdAt) return;
  const deadline = needs.clock.now() + WORK_MILLISECONDS;
  const isOver = () => needs.clock.now() > deadline;
  let reading: PlanReading | undefined;
  try {
    if (connection.leaving) throw new AppError('conflict', 'the connection is being removed');
    reading = { planning: await planningOf(needs, connection, plan), plan, isOver };
    if (await readForPlan(needs, reading)) await finish(needs, reading);
    else await goOn(needs, plan, { connection, delaySeconds: 0 });
  } catch (error) {
    await stumble(needs, { connection, plan: reading?.plan ?? plan }, error);
  }
}

async function planningOf(
  { checkpoints }: Pick<Services, 'checkpoints'>,
  connection: StoredConnection,
  plan: Plan,
): Promise<Planning> {
  const { checkpoint } = await checkpoints.load(connection.id);
  const rules = rulesOf(plan);
  const known = checkpoint.rules;
  // New rules that what was seen can answer are followed by a run that reads nothing, and sets
  // nothing right that strayed in the application.
  const isOfSeen = known?.selection === keyOf(rules).selection && known.rules !== plan.rulesKey;
  const isKnown = checkpoint.epoch > 0;
  return { connection, planId: plan.id, rules, isKnown, reassert: !isOfSeen };
}

async function finish(needs: PreviewNeeds, { planning, plan }: PlanReading): Promise<void> {
  const { connection, planId } = planning;
  const counts = await needs.plans.count(connection.id, planId);
  const isFlat = flattens(planning.rules);
  const passed = isFlat ? await needs.plans.countPassed(connection.id, planId) : 0;
  const memberships = plan.memberships + passed;
  const ended = { state: 'ready', endedAt: now(needs), error: null, link: null } as const;
  await needs.plans.save(connection.id, plan, { ...ended, counts, memberships });
  needs.log.info('plan ready', { connectionId: connection.id, planId });
}

/** What a side refuses ends the plan; what may pass is tried again later. */
async function stumble(
  needs: PreviewNeeds,
  { connection, plan }: { readonly connection: StoredConnection; readonly plan: StoredPlan },
  problem: unknown,
): Promise<void> {
  if (!(problem instanceof AppError)) throw problem;
  // The state store itself: the bus brings the message again.
  if (problem.retryable && problem.side === undefined) throw problem;
  const { id: connectionId } = connection;
  const { code, message } = problem;
  needs.log.warn('a plan could not go on', { connectionId, planId: plan.id, code });
  const stumbles = plan.stumbles + 1;
  const error = { code, message };
  if (problem.retryable && stumbles < MOST_STUMBLES) {
    await needs.plans.save(connectionId, plan, { stumbles, error });
    const delaySeconds = problem.retryAfterSeconds ?? RETRY_SECONDS;
    return goOn(needs, plan, { connection, delaySeconds });
  }
  const ended = { state: 'failed', endedAt: now(needs), link: null } as const;
  await needs.plans.save(connectionId, plan, { ...ended, stumbles, error });
}

function goOn(
  { bus }: PreviewNeeds,
  { id: planId }: Plan,
  { connection, delaySeconds }: { connection: StoredConnection; delaySeconds: number },
): Promise<void> {
  const message = toPoll({ connectionId: connection.id, reason: 'preview', planId });
  return bus.send('polls', [delaySeconds > 0 ? { ...message, delaySeconds } : message]);
}

function now({ clock }: PreviewNeeds): string {
  return new Date(clock.now()).toISOString();
}
