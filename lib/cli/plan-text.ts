import { count, countsText, timeText } from './text/figures.ts';
import { factLines } from './text/table.ts';
import type { PlanView } from './views.ts';

/** A plan as lines. */
export function planLines(plan: PlanView): string[] {
  const { id, state, step, startedAt, endedAt, rules, counts, memberships } = plan;
  return factLines([
    ['plan', id],
    ['state', state],
    ['step', step],
    ['rules', rules],
    ['began', timeText(startedAt)],
    ['ended', timeText(endedAt)],
    ['users', countsText(counts.users) || 'none'],
    ['groups', countsText(counts.groups) || 'none'],
    ['memberships', count(memberships)],
  ]);
}
