import type { Json, Kind } from '../sync/entry.ts';

/**
 * A resource of the hosted directory as SCIM has it (`Resource` of lib/scim): attributes under their
 * canonical names, with `externalId`, `active` and the manager among them, without `id`, `meta`,
 * `members` and `groups`.
 */
export interface StoredResource {
  readonly kind: Kind;
  readonly id: string;
  /** Opaque; changes with every write. */
  readonly version: string;
  /** ISO 8601. */
  readonly created: string;
  readonly lastModified: string;
  readonly resource: Readonly<Record<string, Json>>;
}

/** Who writes: it decides what row the write leaves for the sync to find. */
export type Writer = 'app' | 'entra';

/** What the directory finds without reading everything; all but `externalId` compare folded names. */
export type ResourceLookup = 'userName' | 'externalId' | 'displayName' | 'workMail';

/** A member by the directory's id; what names no entry of the directory is kept nowhere. */
export interface ResourceMember {
  readonly id: string;
  readonly kind: Kind;
}

/**
 * What became of a write. `taken`: another entry holds the `userName` or an alias; `missing`: no such
 * entry; `changed`: the version did not match; `refused`: it does not fit, `detail` says why in
 * words without personal data.
 */
export type Written =
  | { readonly ok: true; readonly stored: StoredResource }
  | {
      readonly ok: false;
      readonly reason: 'taken' | 'missing' | 'changed' | 'refused';
      readonly detail?: string;
    };

/** How a group's members change, in this order. */
export interface MemberChange {
  readonly op: 'add' | 'remove' | 'replace';
  /** Ids of entries; `replace` by none takes all away. */
  readonly ids: readonly string[];
}

/** A page of resources in the order of their ids. */
export interface ResourcePage {
  readonly resources: readonly StoredResource[];
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

/**
 * The hosted directory as the SCIM service provider sees it. Every write leaves what the sync needs
 * to find it in the same transaction. Throws AppError `unavailable` and `throttled` only.
 */
export interface ResourceStore {
  read(kind: Kind, ids: readonly string[]): Promise<ReadonlyMap<string, StoredResource>>;
  /** Those that have the value, at most `most` of them. */
  find(
    kind: Kind,
    by: ResourceLookup,
    value: string,
    most: number,
  ): Promise<readonly StoredResource[]>;
  /** @param from what a page named as `next`; undefined = from the first. @param size at most 1,000 */
  list(kind: Kind, from: string | undefined, size: number): Promise<ResourcePage>;
  count(kind: Kind): Promise<number>;
  create(
    kind: Kind,
    resource: StoredResource['resource'],
    by: Writer,
    members?: readonly string[],
  ): Promise<Written>;
  /** Puts a resource in the place of what was read at `before.version`. */
  replace(
    before: StoredResource,
    resource: StoredResource['resource'],
    by: Writer,
  ): Promise<Written>;
  /** Removes an entry with its memberships; with a version only that one. False: there was none. */
  remove(
    kind: Kind,
    id: string,
    by: Writer,
    version?: string,
  ): Promise<'removed' | 'missing' | 'changed'>;
  /**
   * Pages of a group's members, in the order of their ids.
   * @param after only those behind this one
   */
  members(groupId: string, after?: string): AsyncGenerator<readonly ResourceMember[]>;
  /** Which of these are members of the group. */
  membersAmong(groupId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The groups that an entry is a direct member of, in pages. */
  groupsOf(memberId: string): AsyncGenerator<readonly string[]>;
  /**
   * Changes members and then the group's `lastModified` and version. Adding who is there and removing
   * who is not change nothing; ids that name no entry are left out. Cost does not depend on how many
   * members there are, but for `replace`.
   * @returns undefined where the group is gone
   */
  changeMembers(
    groupId: string,
    changes: readonly MemberChange[],
    by: Writer,
  ): Promise<StoredResource | undefined>;
}
