import { countsText, duration, timeText } from './text/figures.ts';
import { type Column, factLines } from './text/table.ts';
import type { RunView } from './views.ts';

/** Runs as a table. */
export const RUN_COLUMNS: readonly Column<RunView>[] = [
  { title: 'run', of: ({ id }) => id, isWhole: true },
  { title: 'kind', of: ({ kind }) => kind },
  { title: 'state', of: ({ state }) => state },
  { title: 'started', of: ({ startedAt }) => timeText(startedAt), isWhole: true },
  { title: 'took', of: ({ seconds }) => (seconds === undefined ? '' : duration(seconds)) },
  { title: 'users', of: ({ counters }) => changesText(counters.users) },
  { title: 'groups', of: ({ counters }) => changesText(counters.groups) },
  { title: 'memberships', of: ({ counters }) => changesText(counters.memberships) },
];

/** One run as lines. */
export function runLines(run: RunView): string[] {
  const { id, kind, state, phase, startedAt, endedAt, seconds, counters } = run;
  return factLines([
    ['run', id],
    ['kind', kind],
    ['state', state],
    ['phase', phase],
    ['started', timeText(startedAt)],
    ['ended', timeText(endedAt)],
    ['took', seconds === undefined ? undefined : duration(seconds)],
    ['users', countsText(counters.users) || 'none'],
    ['groups', countsText(counters.groups) || 'none'],
    ['memberships', countsText(counters.memberships) || 'none'],
  ]);
}

/** What was done, without what was only read. */
function changesText(counts: Readonly<Record<string, number>>): string {
  return countsText(Object.fromEntries(Object.entries(counts).filter(([name]) => name !== 'read')));
}
