import type { Connection } from '../sync/connection.ts';
import type { SettingChange } from '../sync/settings-change.ts';
import type { Watch } from '../sync/subscription.ts';

/** A connection with the version that a conditional write names. */
export type StoredConnection = Connection & { readonly version: string };

/** Settings that somebody changed at once. */
export interface SettingsChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  readonly settings: readonly SettingChange[];
}

/** A change, and its place in the history. */
export type PlacedChange = SettingsChange & { readonly place: string };

/** The connections of this deployment. */
export interface Connections {
  get(id: string): Promise<StoredConnection | undefined>;
  /** As it stood at a settings version, or later; from memory where that is new enough. */
  at(id: string, settingsVersion: number): Promise<StoredConnection | undefined>;
  /** Lets {@link Connections.at} read it anew. */
  forget(id: string): void;
  list(): AsyncGenerator<readonly StoredConnection[]>;
  /** Some of them, in the order of their ids; `next` is the id behind which more follow. */
  page(wanted: { readonly size: number; readonly after?: string }): Promise<{
    readonly connections: readonly StoredConnection[];
    readonly next?: string;
  }>;
  /** The ids of all of them. */
  ids(): Promise<ReadonlySet<string>>;
  /** @throws AppError `state-exists` */
  create(connection: Connection, change?: SettingsChange): Promise<StoredConnection>;
  /**
   * @param change is saved with it
   * @throws AppError `state-changed` when `version` is not the stored one's, `not-found`
   */
  save(connection: Connection, version: string, change?: SettingsChange): Promise<StoredConnection>;
  /** Who changed what, newest first; `next` continues. */
  changes(
    id: string,
    page: { readonly size: number; readonly after?: string },
  ): Promise<{ readonly changes: readonly PlacedChange[]; readonly next?: string }>;
  /** @throws AppError `state-changed` when a version is given and is not the stored one's */
  remove(id: string, version?: string): Promise<void>;
}

/** A watch with the version that a conditional write names. */
export type StoredWatch = Watch & { readonly version: string | null };

/** What came in for a subscription. */
export interface Noted {
  /** Milliseconds since 1970; null = never. */
  readonly notifiedAt: number | null;
  /** Items with a wrong secret. */
  readonly dropped: number;
}

/** The subscriptions of this deployment, as far as it knows. */
export interface Watches {
  all(): AsyncGenerator<readonly StoredWatch[]>;
  of(tenantId: string): Promise<readonly StoredWatch[]>;
  /** @throws AppError `state-changed` or `state-exists` when somebody else wrote it meanwhile */
  save(watch: Watch, version: string | null): Promise<StoredWatch>;
  remove(watch: Watch): Promise<void>;
  note(watch: Watch, noted: Noted): Promise<void>;
  noted(watch: Watch): Promise<Noted>;
}

/** A subscription and a secret that its notifications may carry. */
export interface KnownSecret {
  readonly watch: StoredWatch;
  readonly subscriptionId: string | null;
  readonly clientState: string;
}

/**
 * What a worker remembers for the webhook, which must answer within three seconds: the subscriptions
 * of tenants with their secrets, and what came in, written down once a minute at most.
 */
export interface Noticed {
  /** The secrets that a notification of this subscription may carry; none where it is a stranger. */
  find(tenantId: string, subscriptionId: string): Promise<readonly KnownSecret[]>;
  came(watch: StoredWatch, at: number): void;
  dropped(tenantId: string, count: number): void;
  /** Writes down what came in, where it is time to. */
  write(now: number): Promise<void>;
}

/** Removing what is stored of a deleted connection. */
export interface Purge {
  /** @returns whether all is gone; false when `isOver` said to stop, and there is more */
  purge(connectionId: string, isOver: () => boolean): Promise<boolean>;
}
