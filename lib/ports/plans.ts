import type { Kind } from '../sync/entry.ts';
import type { Plan, PlanCounts, Planned, PlannedObject } from '../sync/plan.ts';
import type { PassedPair } from '../sync/plan-members.ts';
import type { NestedPair } from './nesting.ts';

/** A plan with the version that the next save names. */
export type StoredPlan = Plan & { readonly version: string };

/** What a page of the tenant adds to a plan. All of it may be added again. */
export interface PlanRows {
  readonly objects?: readonly PlannedObject[];
  /** Groups in groups. */
  readonly nested?: readonly NestedPair[];
  /** Groups that take part. */
  readonly imported?: readonly string[];
  /** Memberships of groups to which nested ones pass on their members. */
  readonly passed?: readonly PassedPair[];
  /** By user, the roles that some group gives them, as numbers from 0 to 99. */
  readonly roles?: ReadonlyMap<string, readonly number[]>;
  /** Texts that only one entry may have, and the object that makes them first. */
  readonly claims?: ReadonlyMap<string, string>;
}

/** Which objects of a plan to list. */
export interface PlanPage {
  readonly size: number;
  readonly kind?: Kind | undefined;
  readonly decision?: Planned | undefined;
  /** From the page before. */
  readonly after?: string | undefined;
}

/** What connections would do, kept until it is of no use any more. */
export interface Plans {
  /**
   * Keeps a plan whose reading begins.
   * @param last the one that was begun before, as read just now
   * @throws AppError `state-changed` where another was begun meanwhile
   */
  begin(connectionId: string, plan: Plan, last: LastPlan): Promise<StoredPlan>;
  /** The plan that was begun last, if it is still there. */
  last(connectionId: string): Promise<LastPlan>;
  get(connectionId: string, planId: string): Promise<StoredPlan | undefined>;
  /**
   * Adds what was read, and saves how far the reading is, last: a crash in between adds it again.
   * @throws AppError `state-changed` where somebody else has written the plan, or it is gone
   */
  save(
    connectionId: string,
    plan: StoredPlan,
    next: Partial<Plan>,
    rows?: PlanRows,
  ): Promise<StoredPlan>;
  /** Groups in groups: members by holder. */
  nested(connectionId: string, planId: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Groups that take part. */
  imported(connectionId: string, planId: string): Promise<ReadonlySet<string>>;
  /** How many memberships nested groups alone make. */
  countPassed(connectionId: string, planId: string): Promise<number>;
  /** The roles of users, as numbers; who has none is missing. */
  roles(
    connectionId: string,
    planId: string,
    users: readonly string[],
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Who makes these texts; those that nobody makes are missing. */
  claims(
    connectionId: string,
    planId: string,
    texts: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  /** Counts the objects one by one. */
  count(connectionId: string, planId: string): Promise<PlanCounts>;
  /** By id, groups first. A page may have fewer than asked for, and more behind it. */
  objects(
    connectionId: string,
    planId: string,
    page: PlanPage,
  ): Promise<{ readonly objects: readonly PlannedObject[]; readonly next?: string }>;
  /** Removes plans that were begun earlier; `before` in milliseconds. */
  expire(connectionId: string, before: number): Promise<void>;
}

/** The plan that was begun last. */
export interface LastPlan {
  readonly plan: StoredPlan | undefined;
  /** Null where none was ever begun. */
  readonly version: string | null;
}
