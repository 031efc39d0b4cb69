/** What a run counts, per kind (docs/architecture.md, "Runs"). */
export type Counted =
  | 'read'
  | 'created'
  | 'updated'
  /** Written to Entra. */
  | 'exported'
  /** Accounts switched off in Entra, and objects deleted there, because the application did so. */
  | 'disabledInEntra'
  | 'deletedInEntra'
  /** Both sides had changed the same of it. */
  | 'conflicted'
  | 'deactivated'
  | 'deleted'
  | 'skipped'
  | 'failed';
export type CountedKind = 'users' | 'groups' | 'memberships';

/** Sparse: what is absent is zero. Keys are `users.created` and the like. */
export type Counters = Readonly<Partial<Record<`${CountedKind}.${Counted}`, number>>>;

/** How many objects of each kind are in step, kept by each lane for its own links. */
export interface Totals {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  /** Users who have one. */
  readonly entitlements: number;
}

export const NO_TOTALS: Totals = { users: 0, groups: 0, memberships: 0, entitlements: 0 };

export function addCounters(a: Counters, b: Counters): Counters {
  const sum: Record<string, number> = { ...a };
  for (const [name, by] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + by;
  return sum;
}

export function addTotals(a: Totals, b: Partial<Totals>): Totals {
  return {
    users: a.users + (b.users ?? 0),
    groups: a.groups + (b.groups ?? 0),
    memberships: a.memberships + (b.memberships ?? 0),
    entitlements: a.entitlements + (b.entitlements ?? 0),
  };
}

export function countedKind(kind: 'user' | 'group'): 'users' | 'groups' {
  return kind === 'user' ? 'users' : 'groups';
}
