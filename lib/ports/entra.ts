import type { Item, Kind } from '../sync/entry.ts';

/** One page of a side's changes. Exactly one of the two links is there. */
export interface Page {
  readonly items: readonly Item[];
  /** More of this round is behind this link. */
  readonly nextLink?: string;
  /** The round is at its end; the next one starts here. */
  readonly deltaLink?: string;
}

/** A user or group as an administrator names it. */
export interface Named {
  readonly id: string;
  readonly displayName: string;
  /** Of users. */
  readonly userPrincipalName?: string;
}

/** Reading what changed on a side. */
export interface ChangeFeed {
  /**
   * Reads one page; `link` null starts from scratch.
   * @throws AppError `checkpoint-expired` when the side no longer knows the link,
   *   `bad-link` when a link leads to another origin (nothing is sent there),
   *   `bad-answer` when the answer breaks the schema, `credential-refused`, `access-denied`,
   *   `throttled`, `unavailable`.
   */
  readPage(kind: Kind, link: string | null): Promise<Page>;
  /** Which of these ids exist and are not deleted. Up to 1,000 ids a request. */
  alive(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Which of these ids are deleted but can still be restored. */
  restorable(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Which of these ids are direct members of the group; none where there is no such group. */
  members(groupId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The managers of users, by user id; who has none, or is not found, is missing. */
  managers(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Objects as they are now, read by id: all selected properties, a user's manager (null = none), a
   * group's members in slices of at most 1,000, each slice an item; manager and members only where
   * they are selected. Who is not found is missing.
   */
  read(kind: Kind, ids: readonly string[]): AsyncGenerator<readonly Item[]>;
  /**
   * Objects by their ids or exact names, without case, deleted ones left out: of groups the display
   * name, of users the user principal name. Text in the form of an id is asked as one.
   * @returns by the text as it was asked, each of them: [] = none, 2 or more = ambiguous; at most 5
   * @throws AppError of side `entra`: `credential-refused`, `access-denied`, `throttled`,
   *   `unavailable`, `bad-answer`, `bad-link`
   */
  named(kind: Kind, texts: readonly string[]): Promise<ReadonlyMap<string, readonly Named[]>>;
}

/** A subscription to change notifications as Graph knows it. */
export interface GraphSubscription {
  readonly id: string;
  /** `users` or `groups`, without a slash. */
  readonly resource: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What to be told of, where, and until when. */
export interface WantedSubscription {
  readonly resource: 'users' | 'groups';
  /** Also told of the subscription's own life (`lifecycleNotificationUrl`). */
  readonly notificationUrl: string;
  /** Comes with every notification; 128 characters at most. */
  readonly clientState: string;
  readonly expiresAt: number;
}

/** The change notifications of a tenant, for one application (Graph docs: subscription). */
export interface Notifications {
  /**
   * Graph calls the address before it answers.
   * @throws AppError `conflict` (this application has one of the resource already), `access-denied`
   *   (no permission, or the quota is used up), `bad-request` (the address did not answer the
   *   validation, or is not accepted), `throttled`, `unavailable`, `credential-refused`
   */
  subscribe(wanted: WantedSubscription): Promise<GraphSubscription>;
  /** Undefined where it has expired or was removed. */
  find(id: string): Promise<GraphSubscription | undefined>;
  /** All that this application has in the tenant. */
  list(): Promise<readonly GraphSubscription[]>;
  /** Renews and reauthorizes in one. @returns undefined where it is gone */
  renew(
    id: string,
    change: { readonly expiresAt: number; readonly notificationUrl?: string },
  ): Promise<GraphSubscription | undefined>;
  /** One that is gone already is no error. */
  unsubscribe(id: string): Promise<void>;
}

/** A verified domain of a tenant. */
export interface TenantDomain {
  /** In lower case. */
  readonly name: string;
  readonly isDefault: boolean;
  readonly isInitial: boolean;
}

/** A secret of an app registration, as its home tenant shows it. */
export interface RegisteredSecret {
  /** Its first characters. */
  readonly hint: string | null;
  /** ISO 8601; null = never. */
  readonly expiresAt: string | null;
}

/**
 * What a tenant lets a credential see. All throw AppError `credential-refused`, `access-denied`,
 * `throttled`, `unavailable`, `bad-answer`.
 */
export interface TenantFacts {
  /** The permissions in the token (Entra docs: access token claims, `roles`). */
  permissions(): Promise<readonly string[]>;
  /** Reads one object, to see whether that is allowed. */
  readOne(kind: Kind): Promise<void>;
  /** Reads the application's subscriptions, for the same. */
  subscriptions(): Promise<void>;
  domains(): Promise<readonly TenantDomain[]>;
  /** The secrets of an app registration; none where its home is another tenant. */
  secrets(clientId: string): Promise<readonly RegisteredSecret[]>;
}
