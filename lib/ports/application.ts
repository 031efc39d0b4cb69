import type { Attributes, Entry, Kind } from '../sync/entry.ts';
import type { MatchingAttribute } from '../sync/rules/matching.ts';

/** A new entry, not yet in the directory. */
export interface Draft {
  readonly kind: Kind;
  readonly externalId: string;
  readonly active: boolean;
  readonly attributes: Attributes;
}

/** What to change in an entry. */
export interface Change {
  readonly kind: Kind;
  readonly id: string;
  /** Refused with `changed` when the entry is at another version. */
  readonly version: string;
  readonly set: Attributes;
  readonly clear: readonly string[];
  readonly active?: boolean;
}

/**
 * What became of one entry of a batch. `taken`: another entry holds the name (it is given);
 * `missing`: no such entry; `changed`: the version did not match; `refused`: the directory does not
 * accept the value, `detail` says which in words without personal data.
 */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: 'taken' | 'missing' | 'changed' | 'refused';
      readonly holder?: Entry;
      readonly detail?: string;
    };

/** One membership by application ids. */
export interface MemberPair {
  readonly groupId: string;
  readonly memberId: string;
  readonly memberKind: Kind;
}

/** One manager by application ids; null takes it away. */
export interface ManagerPair {
  readonly userId: string;
  readonly managerId: string | null;
}

/**
 * Reading and writing a directory. Batches keep their order and never fail as a whole for the sake
 * of one entry; only what concerns the whole directory is thrown (AppError `unavailable`,
 * `throttled`). Every write may be repeated.
 */
export interface EntryStore {
  read(kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, Entry>>;
  /** Entries that carry these ids of the other side, by those. */
  find(kind: Kind, externalIds: readonly string[]): Promise<ReadonlyMap<string, Entry>>;
  /**
   * Entries that have these values, by those as they were asked for; names and addresses are compared
   * without case. A value that several share brings three of them at most, one that nobody has none.
   */
  match(
    kind: Kind,
    attribute: MatchingAttribute,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Entry[]>>;
  /**
   * Creates entries. A draft whose matching name (userName of users) or whose externalId is already
   * there is `taken`, with the holder: that is also how a repeated create finds its own work. One
   * with an alias of another entry is `refused`, as is an update.
   * @param slot 0 to 15: writers with different slots do not meet on a counter row.
   */
  create(drafts: readonly Draft[], slot: number): Promise<readonly Outcome<Entry>[]>;
  update(changes: readonly Change[]): Promise<readonly Outcome<Entry>[]>;
  /** Removes entries and every membership they had. A missing entry is a success, and loses its own too. */
  remove(kind: Kind, ids: readonly string[], slot: number): Promise<readonly Outcome<null>[]>;
  /** Adds memberships; those that are there already are left alone. */
  addMembers(pairs: readonly MemberPair[]): Promise<void>;
  /** Takes memberships away; those that are not there are a success. */
  removeMembers(pairs: readonly MemberPair[]): Promise<void>;
  /**
   * Takes away every membership of entries that are gone, which one who did not know that yet may have
   * added. Those of entries that are there stay.
   */
  dropMemberships(kind: Kind, ids: readonly string[]): Promise<void>;
  /** Sets managers without reading the users; a user that is gone is left out. */
  setManagers(pairs: readonly ManagerPair[]): Promise<void>;
}
