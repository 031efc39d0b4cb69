/** A group that is a member of another one, by Entra ids. */
export interface NestedPair {
  readonly holder: string;
  readonly member: string;
}

/**
 * Ids of groups by the part that they play in the rules: `scope`, `allow`, `entitlement:<value>`; and
 * `flat:<id>`, the groups whose members count as members of an imported one.
 */
export type GroupSets = Readonly<Record<string, readonly string[]>>;

/** The sets of groups that rules depend on, as they are stored. */
export interface StoredSets {
  readonly sets: GroupSets;
  /**
   * Groups that entered or left a set, or whose members come of others than before, and of which the
   * members are yet to be told; [] = all are told.
   */
  readonly untold: readonly string[];
  /** What the next save names; null = none are stored yet. */
  readonly version: string | null;
}

/** What lanes say of groups in groups, and the sets of groups that come of it. */
export interface Nesting {
  /**
   * Writes down pairs that are there now, and removes those that are not; one that stands in both
   * is there. May be repeated.
   */
  note(
    connectionId: string,
    pairs: { readonly there: readonly NestedPair[]; readonly gone: readonly NestedPair[] },
  ): Promise<void>;
  /**
   * Writes down groups that are deleted, which pass nothing on, and those that are back; one that
   * stands in both is deleted. May be repeated.
   */
  rest(
    connectionId: string,
    groups: { readonly resting: readonly string[]; readonly back: readonly string[] },
  ): Promise<void>;
  /**
   * Writes down groups that are imported, and others that are not; where members of nested groups
   * count. One that stands in both is imported. May be repeated.
   */
  admit(
    connectionId: string,
    groups: { readonly imported: readonly string[]; readonly others: readonly string[] },
  ): Promise<void>;
  /** Everything noted: members by holder, and what is said of groups. */
  read(connectionId: string): Promise<NotedNesting>;
  /** The sets as stored now, by one read as long as nobody has saved others. */
  sets(connectionId: string): Promise<StoredSets>;
  /**
   * Saves the sets, if they are still those of `version`.
   * @throws AppError `state-changed` when somebody else saved meanwhile, `bad-request` where a row
   *   cannot hold so many ids; the message says how many it can
   */
  save(
    connectionId: string,
    sets: GroupSets,
    untold: readonly string[],
    version: string | null,
  ): Promise<StoredSets>;
}

/** All that was noted of a connection's groups. */
export interface NotedNesting {
  readonly nested: ReadonlyMap<string, readonly string[]>;
  /** Deleted. */
  readonly gone: ReadonlySet<string>;
  readonly imported: ReadonlySet<string>;
}
