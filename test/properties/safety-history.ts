import fc from 'fast-check';
import type { GuardSettings } from '../../lib/sync/guard.ts';
import { chance, type Fault, faultOf, type History } from './history.ts';
import { MOMENTS, type Moment } from './moments.ts';
import type { Picks } from './tenant-events.ts';

/** Something happens after so many turns. */
export type Happening = Picks & { readonly what: Moment; readonly after: number };

/** Some things happen while a poll of the timer is at work. */
export interface Stretch {
  readonly happenings: readonly Happening[];
  /** The newest items that the feed keeps back. */
  readonly lag: number;
  /** How many events the replica may lag behind at which a full reading begins. */
  readonly readingLag: number;
  /** How long it is to the next. */
  readonly seconds: number;
}

export interface SafetyHistory extends Pick<History, 'users' | 'groups' | 'workers' | 'chance'> {
  readonly stretches: readonly Stretch[];
  readonly faults: readonly Fault[];
  /** How many events replicas may lag behind that answer reads by id. */
  readonly replicaLag: number;
  /** Whether readings from scratch name what was removed. */
  readonly tellsRemoved: boolean;
  readonly guard: GuardSettings | undefined;
}

/** Which kinds of trouble histories have. */
export interface Dangers {
  readonly without: readonly Moment[];
  readonly faults: readonly Fault['what'][];
  /** How many events replicas lag behind at most; none where absent. */
  readonly replicaLag?: number;
}

const picks = { a: fc.nat({ max: 60 }), b: fc.nat({ max: 60 }) };
const mostly = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

function stretches(names: readonly Moment[]): fc.Arbitrary<Stretch> {
  // Some happen before the poll begins, some while it is at work.
  const after = fc.oneof(fc.constant(0), fc.nat({ max: 120 }));
  const what = fc.constantFrom(...names);
  return fc.record({
    happenings: fc.array(fc.record({ what, after, ...picks }), { maxLength: 9, size: 'max' }),
    lag: mostly(0, fc.integer({ min: 1, max: 3 })),
    readingLag: mostly(0, fc.integer({ min: 1, max: 3 })),
    seconds: fc.constantFrom(1, 1, 30, 180, 2_000),
  });
}

/** A guard that few removals trip, or the default one. */
const guard: fc.Arbitrary<GuardSettings | undefined> = fc.constantFrom(
  undefined,
  undefined,
  { users: { count: 1 }, memberships: { count: 2 } },
  { groups: { count: 1 }, attributes: { count: 1 } },
);

/** Histories of a dozen users and a few groups to whom anything may happen at any moment. */
export function safetyHistories(dangers: Dangers): fc.Arbitrary<SafetyHistory> {
  const names = MOMENTS.filter((name) => !dangers.without.includes(name));
  return fc.record({
    users: fc.integer({ min: 1, max: 12 }),
    groups: fc.integer({ min: 1, max: 5 }),
    workers: fc.constantFrom(1, 2, 2),
    stretches: fc.array(stretches(names), { minLength: 1, maxLength: 6, size: 'max' }),
    faults:
      dangers.faults.length > 0
        ? fc.array(faultOf(dangers.faults), { maxLength: 20, size: 'max' })
        : fc.constant([]),
    replicaLag: fc.nat({ max: dangers.replicaLag ?? 0 }),
    tellsRemoved: fc.boolean(),
    guard,
    chance,
  });
}
