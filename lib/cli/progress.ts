import { count, duration } from './text/figures.ts';
import type { RunView } from './views.ts';

/** How much is in step before a run: about so much there is to read. */
export type Expected = Readonly<Record<string, number>>;

/** What the phases of a full run take of its time, in percent; in the order in which they come. */
const PHASES: readonly (readonly [phase: string, weight: number])[] = [
  ['groups', 20],
  ['users', 40],
  ['nesting', 2],
  ['scope', 5],
  ['memberships', 25],
  ['changes', 2],
  ['missing', 3],
  ['wakes', 2],
  ['removals', 1],
];

const BAR_WIDTH = 24;

/** How much of a full run is done, from 0 to 1; undefined of a run that does not know how much comes. */
export function shareDone(run: RunView, expected: Expected): number | undefined {
  if (run.endedAt !== undefined) return 1;
  const at = PHASES.findIndex(([phase]) => phase === run.phase);
  if (run.kind === 'incremental' || at === -1) return undefined;
  // New rules are applied to what was seen: nothing is read.
  const first = run.kind === 'rules' ? 2 : 0;
  const total = weightOf(first, PHASES.length);
  const own = (PHASES[at]?.[1] ?? 0) * shareOfPhase(run, expected);
  return Math.min(1, Math.max(0, (weightOf(first, at) + own) / total));
}

function weightOf(from: number, to: number): number {
  return PHASES.slice(from, to).reduce((sum, [, weight]) => sum + weight, 0);
}

function shareOfPhase({ phase, counters }: RunView, expected: Expected): number {
  const { users, groups, memberships } = counters;
  const share = (done = 0, of = 0) => (of === 0 ? 0 : Math.min(1, done / of));
  if (phase === 'groups') return share(groups.read, expected.groups);
  if (phase === 'users') return share(users.read, expected.users);
  return phase === 'memberships' ? share(memberships.created, memberships.read) : 0;
}

/** How far a run is, in words. */
export function progressText(run: RunView, share: number | undefined, seconds: number): string {
  const { users, groups, memberships } = run.counters;
  const read = `${count(groups.read ?? 0)} groups, ${count(users.read ?? 0)} users, ${count(memberships.read ?? 0)} memberships read`;
  const at = run.phase === undefined ? run.state : run.phase;
  const text = `${at} · ${read} · ${duration(seconds)}`;
  return share === undefined ? text : `${percentOf(share)}  ${text}`;
}

/** A bar that is filled to a share from 0 to 1; empty of what is not known. */
export function barOf(share: number | undefined): string {
  if (share === undefined) return '';
  const filled = Math.round(share * BAR_WIDTH);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

function percentOf(share: number): string {
  return `${Math.floor(share * 100)} %`.padStart(5);
}
