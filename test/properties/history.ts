import fc from 'fast-check';
import type { RuleSettings } from '../../lib/sync/rules/settings.ts';
import type { Picks } from './tenant-events.ts';
import { TENANT_EVENTS, type TenantEvent } from './tenant-events.ts';

/** What happens in the tenant, or to the connection's switch while a poll is at work. */
export type Event = Picks & { readonly what: TenantEvent };

/** Some things happen, then the timer fires. */
export interface Round {
  readonly events: readonly Event[];
  /** The newest items that the feed keeps back this time. */
  readonly lag: number;
  /** The switch goes off after so many turns, and on again when all is still. */
  readonly switchedOffAfter: number | null;
  /** How long it is to the next round. */
  readonly seconds: number;
}

/** What befalls whoever makes the next request but so many. */
export interface Fault {
  readonly after: number;
  readonly what: 'crash' | 'lose-session' | 'restart-bus';
  /** How many turns one who lost its session sleeps before it goes on. */
  readonly sleeps: number;
}

export interface History {
  readonly users: number;
  readonly groups: number;
  readonly workers: number;
  /** Where it is about rules: the connection's; else everything takes part. */
  readonly rules?: RuleSettings;
  readonly rounds: readonly Round[];
  readonly faults: readonly Fault[];
  /** Who goes next, where pages end: large natural numbers. */
  readonly chance: Iterator<number>;
}

/** Which kinds of trouble histories have. */
export interface Troubles {
  readonly workers: number;
  readonly faults: readonly Fault['what'][];
}

const LARGE = 2 ** 30;

/** Large numbers without bias, because they stand for equal chances. */
export const chance = fc.infiniteStream(fc.noBias(fc.nat({ max: LARGE })), { noHistory: true });

const names = Object.keys(TENANT_EVENTS).filter(
  (name): name is TenantEvent => name in TENANT_EVENTS,
);
const pickable = fc.nat({ max: 60 });
const event: fc.Arbitrary<Event> = fc.record({
  what: fc.constantFrom(...names),
  a: pickable,
  b: pickable,
});

const round: fc.Arbitrary<Round> = fc.record({
  events: fc.array(event, { maxLength: 7 }),
  lag: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  switchedOffAfter: fc.oneof(
    { weight: 7, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat({ max: 60 }) },
  ),
  seconds: fc.constantFrom(1, 1, 1, 180, 2_000),
});

/** Histories of at most a dozen users and a few groups that begin with some memberships. */
export function histories({ workers, faults }: Troubles): fc.Arbitrary<History> {
  return fc.record({
    users: fc.integer({ min: 0, max: 12 }),
    groups: fc.integer({ min: 0, max: 5 }),
    workers: fc.constant(workers),
    rounds: fc.array(round, { minLength: 1, maxLength: 7, size: 'max' }),
    faults:
      faults.length > 0
        ? fc.array(faultOf(faults), { maxLength: 30, size: 'max' })
        : fc.constant([]),
    chance,
  });
}

export function faultOf(kinds: readonly Fault['what'][]): fc.Arbitrary<Fault> {
  return fc.record({
    after: fc.nat({ max: 150 }),
    what: fc.constantFrom(...kinds),
    sleeps: fc.nat({ max: 300 }),
  });
}
