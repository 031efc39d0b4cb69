import { z } from 'zod';
import type { Totals } from './counters.ts';
import {
  addLosses,
  LOSS_KINDS,
  type Losses,
  type LossKind,
  lossesSchema,
  NO_LOSSES,
} from './losses.ts';

/** When removals are too many. */
export const thresholdSchema = z.strictObject({
  /** More than so many removals are held. */
  count: z.number().int().min(1).max(1_000_000),
  /** More than this share of what the application holds is held … */
  percent: z.number().min(1).max(100),
  /** … from so many removals up: two leavers of six are an ordinary day. */
  percentFrom: z.number().int().min(1).max(1_000_000),
});
/** When the removals of a kind are too many. */
export type Threshold = z.infer<typeof thresholdSchema>;

/** The thresholds of a connection; what is absent stands at its default. */
export const guardSettingsSchema = z.strictObject({
  users: thresholdSchema.partial().optional(),
  groups: thresholdSchema.partial().optional(),
  memberships: thresholdSchema.partial().optional(),
  entitlements: thresholdSchema.partial().optional(),
  attributes: thresholdSchema.partial().optional(),
});
export type GuardSettings = z.infer<typeof guardSettingsSchema>;

const DEFAULT_THRESHOLD: Threshold = { count: 500, percent: 20, percentFrom: 10 };

/** Losing all of a kind always counts as too much, from this many up. */
const ALL_FROM = 5;

const HOUR = 3_600_000;
const WINDOW_HOURS = 24;

/** What the guard remembers of a connection between two decisions. */
export const guardStateSchema = z.object({
  /** Removals that passed, by the hour (since 1970) in which they did; approved ones are not counted. */
  passed: z.array(z.object({ hour: z.number().int(), losses: lossesSchema })),
  /** What was held when the guard last looked. */
  held: lossesSchema,
  /** Lanes with removals that still wait for a decision, as bits. */
  undecided: z.number().int(),
  /** How often in a row they could not be carried out, and until when that waits (milliseconds). */
  tries: z.number().int(),
  notBefore: z.number(),
});
export type GuardState = z.infer<typeof guardStateSchema>;

export const NEW_GUARD: GuardState = {
  passed: [],
  held: NO_LOSSES,
  undecided: 0,
  tries: 0,
  notBefore: 0,
};

/** What a decision rests on. */
export interface GuardFacts {
  /** Removals that were found and not decided on yet. */
  readonly waiting: Losses;
  /** Removals that are held. */
  readonly held: Losses;
  /** What passed in the last 24 hours. */
  readonly passed: Losses;
  /** What the application holds now, of the objects that Tandem keeps in step. */
  readonly inStep: Totals;
}

/**
 * Decides about removals, kind by kind.
 *
 * | removals of the kind: waiting, held, and passed within 24 hours | then |
 * | --- | --- |
 * | more than `count` | those that wait are held |
 * | from `percentFrom` up, and more than `percent` of what there was | held |
 * | from 5 up, and all there was | held |
 * | otherwise | they pass |
 *
 * @returns the kinds whose removals are held
 */
export function guard(facts: GuardFacts, settings: GuardSettings = {}): readonly LossKind[] {
  return LOSS_KINDS.filter((kind) => {
    if (facts.waiting[kind] === 0) return false;
    const { count, percent, percentFrom } = thresholdOf(settings, kind);
    const losses = facts.waiting[kind] + facts.held[kind] + facts.passed[kind];
    const before = heldBefore(facts, kind);
    const isLargeShare = losses >= percentFrom && losses * 100 > percent * before;
    return losses > count || isLargeShare || (losses >= ALL_FROM && losses >= before);
  });
}

/** The threshold of a kind, with what the connection does not say filled in. */
export function thresholdOf(settings: GuardSettings, kind: LossKind): Threshold {
  const own = settings[kind] ?? {};
  return {
    count: own.count ?? DEFAULT_THRESHOLD.count,
    percent: own.percent ?? DEFAULT_THRESHOLD.percent,
    percentFrom: own.percentFrom ?? DEFAULT_THRESHOLD.percentFrom,
  };
}

/** How many there were before the window began; every object can lose an attribute. */
function heldBefore({ inStep, passed }: GuardFacts, kind: LossKind): number {
  if (kind === 'attributes') return inStep.users + inStep.groups;
  return inStep[kind] + passed[kind];
}

/** Whether so few losses can trip no default rule, so that nothing need be read to decide. */
export function isHarmless(losses: Losses, settings: GuardSettings = {}): boolean {
  return LOSS_KINDS.every((kind) => {
    const { count, percentFrom } = thresholdOf(settings, kind);
    return losses[kind] <= count && losses[kind] < Math.min(percentFrom, ALL_FROM);
  });
}

/** What passed in the 24 hours before `now` (milliseconds). */
export function passedWithin({ passed }: GuardState, now: number): Losses {
  return current(passed, now).reduce((sum, { losses }) => addLosses(sum, losses), NO_LOSSES);
}

/** The guard's memory after `losses` have passed. */
export function notePassed(state: GuardState, losses: Losses, now: number): GuardState {
  const hour = Math.floor(now / HOUR);
  const kept = current(state.passed, now);
  const own = kept.find((entry) => entry.hour === hour)?.losses ?? NO_LOSSES;
  const others = kept.filter((entry) => entry.hour !== hour);
  return { ...state, passed: [...others, { hour, losses: addLosses(own, losses) }] };
}

const FIRST_PAUSE = 180_000;
const LONGEST_PAUSE = 3_600_000;

/**
 * The guard's memory after a run: what was carried out has passed; what could not be (Entra, or the
 * application, was out of reach) is decided on again, after 3, 6, 12 … 60 minutes.
 * @param left lanes in which removals still wait, as bits; `isTried`: the run came to carry some out
 */
export function guardAfter(
  state: GuardState,
  {
    done,
    left,
    isTried,
  }: { readonly done: Losses; readonly left: number; readonly isTried: boolean },
  now: number,
): GuardState {
  const isDone = LOSS_KINDS.some((kind) => done[kind] > 0);
  const noted = isDone ? notePassed(state, done, now) : state;
  if (left === 0) return noted.tries === 0 || noted.undecided ? noted : { ...noted, tries: 0 };
  const undecided = noted.undecided | left;
  // Lanes that could be decided do not wait longer for those that cannot.
  const waits = noted.undecided !== 0 && noted.notBefore > now;
  if (!isTried || waits) return { ...noted, undecided };
  const pause = Math.min(FIRST_PAUSE * 2 ** noted.tries, LONGEST_PAUSE);
  return { ...noted, undecided, tries: noted.tries + 1, notBefore: now + pause };
}

/** Whether removals wait for a decision, and it is time for one. */
export function isDecisionDue({ undecided, notBefore }: GuardState, now: number): boolean {
  return undecided !== 0 && now >= notBefore;
}

function current(passed: GuardState['passed'], now: number): GuardState['passed'] {
  const first = Math.floor(now / HOUR) - WINDOW_HOURS;
  return passed.filter(({ hour }) => hour >= first);
}
