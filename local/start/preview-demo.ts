import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminApi, ShownPlan } from './admin-api.ts';
import type { Display } from './display.ts';
import { count, countOf, seconds } from './figures.ts';

const LOOK_EVERY_MS = 200;

/** What a preview is made with, and where it is shown. */
export interface PreviewNeeds {
  readonly admin: Pick<AdminApi, 'beginPreview' | 'plan'>;
  readonly display: Pick<Display, 'print' | 'draw' | 'paint'>;
  readonly signal: AbortSignal;
}

/**
 * Has the demo connection previewed, and prints what switching it on would do.
 * @returns the plan's id
 * @throws Error where it cannot be made; AbortError at the signal
 */
export async function previewDemo({ admin, display, signal }: PreviewNeeds): Promise<string> {
  const startedAt = Date.now();
  const planId = await admin.beginPreview();
  for (;;) {
    signal.throwIfAborted();
    const plan = await admin.plan(planId);
    if (plan.state === 'failed')
      throw new Error(
        `The preview could not be made: ${plan.error?.message ?? 'nobody knows why'}`,
      );
    if (plan.state === 'ready') {
      const took = seconds((Date.now() - startedAt) / 1_000);
      display.print(
        `  ${display.paint('green', '✓')} Preview: ${previewText(plan)}, after ${took}`,
        '',
      );
      return planId;
    }
    display.draw([display.paint('dim', `  Preview: ${readSoFar(plan)}`)]);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** What a plan would do, in one line: "1,000 users and 100 groups to create, 4,996 memberships". */
export function previewText({ counts, memberships }: ShownPlan): string {
  const { users, groups } = counts;
  const decisions = Object.keys(users).filter((name) => name !== 'none' && name !== 'out');
  const parts = decisions.flatMap((decision) => {
    const objects = [
      ...objectsOf('user', users[decision]),
      ...objectsOf('group', groups[decision]),
    ];
    return objects.length > 0 ? [`${objects.join(' and ')} to ${decision}`] : [];
  });
  const what = parts.length > 0 ? parts.join(', ') : 'nothing would change';
  return `${what}, ${countOf(memberships, 'membership')}`;
}

function objectsOf(name: string, value = 0): string[] {
  return value > 0 ? [countOf(value, name)] : [];
}

function readSoFar({ counts: { users, groups } }: ShownPlan): string {
  const sum = (some: Readonly<Record<string, number>>) =>
    Object.values(some).reduce((total, value) => total + value, 0);
  return `${count(sum(users))} users and ${count(sum(groups))} groups looked at`;
}
