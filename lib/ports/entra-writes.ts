import type { Kind, Properties } from '../sync/entry.ts';

/**
 * Why a write to Entra was not done.
 *
 * | reason | what it means |
 * | --- | --- |
 * | missing | there is no such object (any more), or a replica does not know it yet |
 * | taken | another object has the value: `details` with `ObjectConflict` |
 * | read-only | synced from on-premises, dynamic, mail-enabled: Graph does not let it be written |
 * | denied | a permission or a directory role is missing |
 * | quota | the tenant holds no more objects |
 * | refused | a value is not accepted |
 * | throttled | nothing was written: the tenant is written to too fast |
 * | later | out of reach: nothing was written, or nobody knows |
 */
export type EntraRefusal =
  | 'missing'
  | 'taken'
  | 'read-only'
  | 'denied'
  | 'quota'
  | 'refused'
  | 'throttled'
  | 'later';

/** What became of one write of a batch. `detail` is in words without personal data. */
export type EntraOutcome =
  | { readonly ok: true; readonly id: string }
  | {
      readonly ok: false;
      readonly reason: EntraRefusal;
      readonly detail: string;
      /** The property that Graph names, where it does. */
      readonly target?: string;
      readonly retryAfterSeconds?: number;
    };

/** An object that is to be made. */
export interface EntraDraft {
  readonly kind: Kind;
  /** As Graph takes them, the first password of a user among them. */
  readonly properties: Properties;
  /** Of groups: the first members, 20 at most. */
  readonly members?: readonly string[];
}

/** What is to be changed of an object; null clears. */
export interface EntraChange {
  readonly kind: Kind;
  readonly id: string;
  readonly properties: Properties;
}

/** A membership by Entra ids. */
export interface EntraMember {
  readonly groupId: string;
  readonly memberId: string;
}

/** How urgent a write is, as Graph is told (`x-ms-throttle-priority`). */
export type WritePriority = 'low' | 'high';

/**
 * Writing to a tenant. Batches keep their order and never fail as a whole for the sake of one object;
 * what concerns the tenant as a whole is thrown (AppError of side `entra`: `unavailable`,
 * `throttled`, `credential-refused`, `access-denied` for a token without any write permission). Every
 * write may be repeated, but for `create`, which is never sent twice by itself.
 */
export interface EntraWrites {
  create(drafts: readonly EntraDraft[], priority: WritePriority): Promise<readonly EntraOutcome[]>;
  update(
    changes: readonly EntraChange[],
    priority: WritePriority,
  ): Promise<readonly EntraOutcome[]>;
  /** A soft deletion, where Graph knows one. One that is not there is a success. */
  remove(
    kind: Kind,
    ids: readonly string[],
    priority: WritePriority,
  ): Promise<readonly EntraOutcome[]>;
  /** `managerId` null takes the manager away. */
  setManagers(
    pairs: readonly { readonly userId: string; readonly managerId: string | null }[],
    priority: WritePriority,
  ): Promise<readonly EntraOutcome[]>;
  /** Twenty members of a group in one request; one that is there already is a success. */
  addMembers(
    pairs: readonly EntraMember[],
    priority: WritePriority,
  ): Promise<readonly EntraOutcome[]>;
  /** One that is not there is a success. */
  removeMembers(
    pairs: readonly EntraMember[],
    priority: WritePriority,
  ): Promise<readonly EntraOutcome[]>;
  /**
   * Objects that have these values of a property that Graph can filter by (`userPrincipalName`,
   * `mailNickname`, `onPremisesExtensionAttributes/extensionAttribute15`), by the value as asked.
   */
  findBy(
    kind: Kind,
    property: string,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, readonly { readonly id: string }[]>>;
}
