import fc from 'fast-check';
import { chance, type Fault, faultOf, type History } from './history.ts';

/** What is lost at a stroke. */
const WIPES = [
  'delete users',
  'purge users',
  'disable users',
  'empty groups',
  'delete groups',
  'clear titles',
] as const;
export type WipeKind = (typeof WIPES)[number];

export interface WipeHistory extends Pick<History, 'users' | 'workers' | 'chance'> {
  readonly what: WipeKind;
  readonly groups: number;
  /** Percent of what there is; groups are all lost. */
  readonly share: number;
  /** How it is found: told by a delta, or missed by a full reading. */
  readonly by: 'delta' | 'resync';
  readonly faults: readonly Fault[];
  /** How many of what is held are named, where not all is meant. */
  readonly named: number;
}

/** Tenants of 20 to 60 users and some groups that lose a large share of what they have. */
export const wipeHistories: fc.Arbitrary<WipeHistory> = fc.record({
  what: fc.constantFrom(...WIPES),
  users: fc.integer({ min: 20, max: 60 }),
  groups: fc.integer({ min: 5, max: 8 }),
  workers: fc.constantFrom(1, 2),
  share: fc.integer({ min: 55, max: 100 }),
  by: fc.constantFrom('delta', 'resync'),
  faults: fc.array(faultOf(['crash', 'lose-session', 'restart-bus']), { maxLength: 4 }),
  named: fc.integer({ min: 1, max: 4 }),
  chance,
});
