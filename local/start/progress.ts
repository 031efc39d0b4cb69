import type { Counters } from '../../lib/sync/counters.ts';
import type { Phase, RunKind } from '../../lib/sync/run.ts';
import { count, seconds } from './figures.ts';
import type { Paint } from './paint.ts';

/** Where a run stands. */
export interface Progress {
  readonly kind: RunKind;
  readonly phase: Phase;
  /** The phase is still being read from Graph. */
  readonly reading: boolean;
  readonly seconds: number;
  readonly counters: Counters;
  /** How much there is to do; incremental runs do not know. */
  readonly expected: {
    readonly users: number;
    readonly groups: number;
    readonly memberships: number;
  };
  /** Of the phase's objects, a second. */
  readonly rate?: number;
}

/** A step of a full run as it is shown. */
interface Step {
  readonly label: string;
  readonly state: 'done' | 'now' | 'later';
  readonly done: number;
  readonly of: number;
  readonly note: string;
}

const BAR_WIDTH = 24;

const ORDER: readonly Phase[] = ['groups', 'users', 'memberships', 'wakes', 'removals'];

/** How many of the present phase's objects are done: what a rate is made of. */
export function doneInPhase({ phase, kind, counters }: Progress): number {
  if (phase === 'groups') return counters['memberships.read'] ?? 0;
  if (phase === 'users') return counters['users.read'] ?? 0;
  if (phase === 'memberships' && kind === 'initial') return counters['memberships.created'] ?? 0;
  return 0;
}

/** The progress as lines that are drawn again and again in the same place. */
export function progressLines(progress: Progress, paint: Paint): string[] {
  const { kind, rate = 0 } = progress;
  if (kind === 'incremental') return [`  ${paint('cyan', '▸')} ${changesText(progress)}`];
  const steps = stepsOf(progress).map((step) => stepLine(step, rate, paint));
  return [...steps, '', paint('dim', `    ${closingText(progress)}${seconds(progress.seconds)}`)];
}

/** The progress as one plain line. */
export function progressText(progress: Progress): string {
  const time = seconds(progress.seconds);
  if (progress.kind === 'incremental') return `${time}  ${changesText(progress)}`;
  const now = stepsOf(progress).find(({ state }) => state === 'now');
  if (!now) return `${time}  ${progress.phase}`;
  const rate = progress.rate ? `, ${count(Math.round(progress.rate))} a second` : '';
  const note = now.note === '' ? '' : `, ${now.note}`;
  return `${time}  ${now.label.toLowerCase()} ${count(now.done)} of ${count(now.of)}${note}${rate}`;
}

function stepsOf({ kind, phase, counters, expected }: Progress): Step[] {
  const state = (step: Phase) => {
    const [at, now] = [ORDER.indexOf(step), ORDER.indexOf(phase)];
    return at < now ? 'done' : at === now ? 'now' : 'later';
  };
  const step = (own: 'groups' | 'users' | 'memberships', label: string, done: number): Step => {
    const of = Math.max(expected[own], 0);
    // A full read can show an object more than once; memberships of devices are never written.
    const shown = state(own) === 'done' ? of : Math.min(done, of);
    return { label, state: state(own), done: shown, of, note: '' };
  };
  const read = counters['memberships.read'] ?? 0;
  const written = kind === 'initial' ? counters['memberships.created'] : read;
  const groups = step('groups', 'Groups', counters['groups.read'] ?? 0);
  return [
    { ...groups, note: groups.state === 'later' ? '' : `${count(read)} memberships read` },
    step('users', 'Users', counters['users.read'] ?? 0),
    step('memberships', 'Memberships', state('memberships') === 'later' ? 0 : (written ?? 0)),
  ];
}

const MARK = { done: '✓', now: '▸', later: ' ' } as const;
const COLOUR = { done: 'green', now: 'cyan', later: 'dim' } as const;

function stepLine(step: Step, rate: number, paint: Paint): string {
  const { label, state, done, of, note } = step;
  const mark = paint(COLOUR[state], MARK[state]);
  const bar = paint(COLOUR[state], barOf(state === 'done' ? 1 : of === 0 ? 0 : done / of));
  const figures = `${count(done)} of ${count(of)}`.padStart(20);
  const speed = state === 'now' && rate > 0 ? `${count(Math.round(rate))}/s` : '';
  const remarks = [note, speed].filter(Boolean).join(' · ');
  return `  ${mark} ${label.padEnd(12)} ${bar} ${figures}   ${paint('dim', remarks)}`.trimEnd();
}

/** A bar that is filled to a share from 0 to 1. */
export function barOf(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

function changesText({ counters }: Progress): string {
  const users = count(counters['users.read'] ?? 0);
  const groups = count(counters['groups.read'] ?? 0);
  return `changes so far: ${users} users, ${groups} groups`;
}

function closingText({ phase }: Progress): string {
  if (phase === 'wakes') return 'putting the last memberships in place · ';
  return phase === 'removals' ? 'removing what Entra has removed · ' : '';
}
