import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { addCounters, type Counters } from './counters.ts';
import { LANES } from './lanes.ts';
import { addLosses, type Losses, lossesSchema, lossKindSchema, NO_LOSSES } from './losses.ts';
import { rulesKeySchema } from './rules/rules-key.ts';

const count = z.number().int().nonnegative();
const perLane = z.array(count).length(LANES);

/**
 * A run's phases, in order. A full run reads groups, then users, each closed by all lanes; where
 * groups decide about users, or nested ones pass on their members, that is judged in `scope`, when
 * all is read: in a resync after `nesting`, which goes over what is known of groups in groups. Then the
 * run applies the memberships. One for new rules reads nothing, and begins with `nesting` or `scope`.
 * An incremental one reads both at once. A resync then looks for what is
 * `missing`. `wakes` waits for what lanes told each other; `removals` comes last and only where
 * something is to be taken away.
 */
export const phaseSchema = z.enum([
  'groups',
  'users',
  'nesting',
  'scope',
  'memberships',
  'changes',
  'missing',
  'wakes',
  'removals',
]);
export type Phase = z.infer<typeof phaseSchema>;

/** What a lane reports when it closes a phase. */
export const tickSchema = z.object({
  runId: z.string(),
  /** Which phase of the run it closes: a phase can come twice. */
  step: count,
  phase: phaseSchema,
  counters: z.record(z.string(), count),
  /** Lanes it has sent wakes to in this phase, as bits. */
  wakes: count,
  /** Removals that wait in it to be carried out. */
  removals: count,
  /** Those of them that are the guard's to decide. */
  losses: lossesSchema,
  /** What it has taken away in this run without an administrator's approval. */
  done: lossesSchema,
  /** A message is missing. */
  gap: z.boolean(),
  /** When it reported; milliseconds. */
  at: count,
});
export type Tick = z.infer<typeof tickSchema>;

/**
 * One reading of a side and all that follows from it.
 *
 * | state | means | goes to |
 * | --- | --- | --- |
 * | running | reading or applying | paused, completed, incomplete |
 * | paused | its connection is switched off | running |
 * | completed | every message was handled | |
 * | incomplete | a message was lost or rejected | |
 */
export const runSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  kind: z.enum(['initial', 'incremental', 'resync', 'rules']),
  state: z.enum(['running', 'paused', 'completed', 'incomplete']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  phase: phaseSchema,
  /** Counts the phases. */
  step: count,
  /** The poll is still reading pages for this phase. */
  reading: z.boolean(),
  /** How many messages each lane was sent in this phase. */
  sent: perLane,
  /** Lanes that must close this phase, as bits. */
  lanes: count,
  /** The last report of each lane. */
  ticks: z.record(z.string(), tickSchema),
  /** The kinds of removals that the guard holds in this run. */
  hold: z.array(lossKindSchema),
  /** The resync that was asked for under this number, where the run is one. */
  generation: count.optional(),
  /** What is decided by who is in which group, is when all groups and users are read. */
  isScoped: z.boolean().optional(),
  /** The rules it goes by, where it brings all objects in line with them. */
  rulesKey: rulesKeySchema.optional(),
  /** Of a full run: what Entra refused to show. Nothing that it has not shown proves anything. */
  unread: z.array(z.enum(['user', 'group'])).optional(),
  /** Who asked for it, where somebody did. */
  by: z.string().optional(),
});
export type Run = z.infer<typeof runSchema>;
export type RunKind = Run['kind'];

export const ALL_LANES = 2 ** LANES - 1;

/** Opens a run at its first phase. */
export function openRun(
  run: Pick<Run, 'id' | 'kind' | 'startedAt' | 'generation' | 'isScoped' | 'rulesKey' | 'by'>,
): Run {
  const phase = run.kind === 'incremental' ? 'changes' : 'groups';
  const begun = { ...run, v: 1 as const, state: 'running' as const, ticks: {}, hold: [] };
  return { ...begun, ...enter(0, phase, 0), reading: true };
}

/**
 * A run that reads nothing: every object is judged by the connection's new rules.
 * @param phase `nesting` where it matters which groups are in which
 */
export function openRules(
  run: Pick<Run, 'id' | 'startedAt' | 'rulesKey' | 'by'>,
  phase: 'nesting' | 'scope',
): Run {
  const opened = openRun({ ...run, kind: 'rules', isScoped: true });
  return { ...opened, ...enter(0, phase, ALL_LANES) };
}

/** A run that reads nothing: the lanes in `bits` report what waits for a decision. */
export function openDecision(run: Pick<Run, 'id' | 'startedAt' | 'by'>, bits: number): Run {
  return { ...openRun({ ...run, kind: 'incremental' }), reading: false, lanes: bits };
}

/** Lanes that have closed the run's present phase, as bits. */
export function ticked(run: Run): number {
  return Object.entries(run.ticks).reduce(
    (bits, [lane, tick]) => (isOfStep(run, tick) ? bits | (1 << Number(lane)) : bits),
    0,
  );
}

function isOfStep(run: Run, tick: Tick): boolean {
  return tick.runId === run.id && tick.step === run.step;
}

/** Whether the phase is read to its end and closed by every lane concerned. */
export function isPhaseClosed(run: Run): boolean {
  return !run.reading && (run.lanes & ~ticked(run)) === 0;
}

/** The reading of a phase has ended: who must close it is settled now. */
export function endReading(run: Run): Run {
  const sentTo = run.sent.reduce((bits, sent, lane) => (sent > 0 ? bits | (1 << lane) : bits), 0);
  return { ...run, reading: false, lanes: run.kind === 'incremental' ? sentTo : ALL_LANES };
}

/** What comes after a closed phase: the run in its next phase, or ended. */
export function advance(run: Run, now: string): Run {
  const ticks = Object.values(run.ticks).filter((tick) => tick.runId === run.id);
  const step = run.step + 1;
  if (run.phase === 'groups') return { ...run, ...enter(step, 'users', 0), reading: true };
  if (run.phase === 'users' && run.isScoped) {
    // What an initial run has read is all written down already.
    const phase = run.kind === 'initial' ? 'scope' : 'nesting';
    return { ...run, ...enter(step, phase, ALL_LANES) };
  }
  if (run.phase === 'nesting') return { ...run, ...enter(step, 'scope', ALL_LANES) };
  if (run.phase === 'users' || run.phase === 'scope')
    return { ...run, ...enter(step, 'memberships', ALL_LANES) };
  // Where a message was lost, what is missing proves nothing.
  if (run.phase === 'memberships' && run.kind === 'resync' && !hasGap(run))
    return { ...run, ...enter(step, 'missing', ALL_LANES) };
  const woken = ticks.reduce((bits, tick) => (isOfStep(run, tick) ? bits | tick.wakes : bits), 0);
  if (run.phase !== 'wakes' && woken) return { ...run, ...enter(step, 'wakes', woken) };
  const removing = lanesLeft(run);
  if (run.phase !== 'removals' && removing) return { ...run, ...enter(step, 'removals', removing) };
  const state = hasGap(run) ? 'incomplete' : 'completed';
  return { ...run, state, endedAt: now };
}

/** Whether a lane has reported that a message is missing, or something was not read. */
export function hasGap(run: Run): boolean {
  if (isPartial(run)) return true;
  return Object.values(run.ticks).some((tick) => tick.runId === run.id && tick.gap);
}

/** Whether Entra refused to show users, or groups: what there is of them is left alone. */
export function isPartial({ unread = [] }: Pick<Run, 'unread'>): boolean {
  return unread.length > 0;
}

/** What the lanes have found that the guard must decide about. */
export function runLosses(run: Run): Losses {
  return Object.values(run.ticks)
    .filter((tick) => tick.runId === run.id)
    .reduce((sum, tick) => addLosses(sum, tick.losses), NO_LOSSES);
}

/** What the lanes have taken away that the guard let pass. */
export function runDone(run: Run): Losses {
  return Object.values(run.ticks)
    .filter((tick) => tick.runId === run.id)
    .reduce((sum, tick) => addLosses(sum, tick.done), NO_LOSSES);
}

/** Whether the run came to carry out removals. */
export function cameToRemovals(run: Run): boolean {
  const ticks = Object.values(run.ticks).filter((tick) => tick.runId === run.id);
  return run.phase === 'removals' || ticks.some((tick) => tick.phase === 'removals');
}

/** Lanes in which removals still wait, as bits. */
export function lanesLeft(run: Run): number {
  return Object.entries(run.ticks).reduce(
    (bits, [lane, tick]) =>
      tick.runId === run.id && tick.removals > 0 ? bits | (1 << Number(lane)) : bits,
    0,
  );
}

function enter(
  step: number,
  phase: Phase,
  lanes: number,
): Pick<Run, 'step' | 'phase' | 'lanes' | 'sent' | 'reading'> {
  return { step, phase, lanes, sent: Array.from({ length: LANES }, () => 0), reading: false };
}

/** What a run has counted, by the lanes' last reports. */
export function runCounters(run: Run): Counters {
  return Object.values(run.ticks).reduce<Counters>(
    (sum, tick) => addCounters(sum, tick.counters),
    {},
  );
}

/** Whether a run reads everything. */
export function isFullRun({ kind }: Run): boolean {
  return kind === 'initial' || kind === 'resync';
}

/** Whether nothing more will happen in a run. */
export function isEnded(run: Run): boolean {
  return run.state === 'completed' || run.state === 'incomplete';
}

/** The numbers of the lanes in a set of bits. */
export function lanesIn(bits: number): number[] {
  return Array.from({ length: LANES }, (_, lane) => lane).filter((lane) => bits & (1 << lane));
}

/** When a run's id was made, in milliseconds: it began then, or later. */
export function timeOfRun(id: string): number {
  return 9_999_999_999_999 - Number(id.slice(0, 13));
}

/** Run ids sort newest first: what is left of the time until 2286, then chance. */
export function newRunId(now: number): string {
  return `${String(9_999_999_999_999 - now).padStart(13, '0')}-${randomBytes(4).toString('hex')}`;
}
