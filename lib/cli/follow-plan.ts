import type { Context } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { answerOf } from './http/answer-of.ts';
import { pathOf } from './http/paths.ts';
import { look } from './look.ts';
import { count } from './text/figures.ts';
import { type PlanView, planSchema } from './views.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Waits until a plan is ready, or has failed, and shows how far it is.
 * @throws CommandFailure; at Ctrl-C too, which the plan does not hear
 */
export async function followPlan(
  context: Context,
  connectionId: string,
  planId: string,
): Promise<{ readonly plan: PlanView; readonly answer: unknown }> {
  const { api, out, sleep, signal } = context;
  const path = pathOf('connections', connectionId, 'preview', planId);
  try {
    for (;;) {
      const answer = await look(context, () => api.get(path));
      const plan = answerOf(planSchema, answer);
      if (plan.state !== 'reading') return { plan, answer };
      if (out.isLive) out.draw(progressText(plan));
      await sleep(LOOK_EVERY_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandFailure(
      EXIT.interrupted,
      'Nobody waits any more; the plan is made all the same.',
      [`tandem preview wait ${connectionId} ${planId}`],
    );
  }
}

function progressText({ step = 'reading', counts }: PlanView): string {
  const sum = (some: Readonly<Record<string, number>>) =>
    count(Object.values(some).reduce((all, one) => all + one, 0));
  return `${step} · ${sum(counts.groups)} groups, ${sum(counts.users)} users`;
}
