import type { Kind } from '../entry.ts';
import type { ActionStep } from './action-step.ts';
import type { DifferenceStep } from './difference-step.ts';
import type { MappingStep } from './mapping-step.ts';
import type { MatchStep } from './match-step.ts';
import type { ResultStep } from './result-step.ts';
import type { ScopeStep } from './scope-step.ts';

/** The object in the tenant. */
export interface FoundStep {
  readonly step: 'found';
  readonly ok: true;
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

/** Of a group: its members flow by the sync. */
export interface MembersStep {
  readonly step: 'members';
  readonly ok: true;
  /** How many members the sync knows of, and how many of them the group has in the application. */
  readonly known: number;
  readonly inApplication: number;
  /** There are more than were counted. */
  readonly more?: true;
  readonly detail: string;
}

/**
 * The way of one object into the application, in this order. `ok` is false where a step keeps it from
 * being there as it is in Entra.
 */
export type Step =
  | FoundStep
  | ScopeStep
  | MatchStep
  | MappingStep
  | DifferenceStep
  | ActionStep
  | MembersStep
  | ResultStep;
