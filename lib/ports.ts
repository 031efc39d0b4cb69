/** What flows need from the outside. Adapters implement these; `services.ts` puts them together. */
import type { Connection } from './sync/connection.ts';
import type { Counters, Totals } from './sync/counters.ts';
import type { Edge } from './sync/edge.ts';
import type { Attributes, Entry, Item, Kind } from './sync/entry.ts';
import type { GuardState } from './sync/guard.ts';
import type { Link, LinkTie } from './sync/link.ts';
import type { Losses, LossKind } from './sync/losses.ts';
import type { EdgeKey } from './sync/messages.ts';
import type { Resyncs } from './sync/resyncs.ts';
import type { Phase, Run, Tick } from './sync/run.ts';
import type { Watch } from './sync/subscription.ts';

/** The time, as milliseconds since 1970. A port, so that tests can move it. */
export interface Clock {
  now(): number;
}

/** One page of a side's changes. Exactly one of the two links is there. */
export interface Page {
  readonly items: readonly Item[];
  /** More of this round is behind this link. */
  readonly nextLink?: string;
  /** The round is at its end; the next one starts here. */
  readonly deltaLink?: string;
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
   * group's members in slices of at most 1,000, each slice an item. Who is not found is missing.
   */
  read(kind: Kind, ids: readonly string[]): AsyncGenerator<readonly Item[]>;
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
   * Creates entries. A draft whose matching name (userName of users) or whose externalId is already
   * there is `taken`, with the holder: that is also how a repeated create finds its own work.
   * @param slot 0 to 15: writers with different slots do not meet on a counter row.
   */
  create(drafts: readonly Draft[], slot: number): Promise<readonly Outcome<Entry>[]>;
  update(changes: readonly Change[]): Promise<readonly Outcome<Entry>[]>;
  /** Removes entries and every membership they had. A missing entry is a success. */
  remove(kind: Kind, ids: readonly string[], slot: number): Promise<readonly Outcome<null>[]>;
  /** Adds memberships; those that are there already are left alone. */
  addMembers(pairs: readonly MemberPair[]): Promise<void>;
  /** Takes memberships away; those that are not there are a success. */
  removeMembers(pairs: readonly MemberPair[]): Promise<void>;
  /** Sets managers without reading the users; a user that is gone is left out. */
  setManagers(pairs: readonly ManagerPair[]): Promise<void>;
}

/** The directories of a connection. */
export interface Directories {
  entra(connection: Connection): ChangeFeed;
  notifications(connection: Connection): Notifications;
  app(connection: Connection): EntryStore;
}

/** A message on its way to the bus. */
export interface Outgoing {
  readonly session: string;
  /** Sent as JSON. */
  readonly body: unknown;
  /** Deliver it no earlier than this many seconds from now. */
  readonly delaySeconds?: number;
}

/** A message that the bus has given up to deliver. */
export interface DeadLetter {
  readonly queue: 'polls' | 'changes';
  /** '' where the message has none. */
  readonly sessionId: string;
  /** JSON text; base64 where the message is not text. */
  readonly body: string;
  /** Why it was given up, in at most 200 characters. */
  readonly reason: string;
  /**
   * When the bus took the message in, in milliseconds: it does not tell when a letter died. The
   * same each time that a letter comes.
   */
  readonly deadAt: number;
}

/** The bus. Messages of one call to one session keep their order. */
export interface Bus {
  send(queue: 'polls' | 'changes', messages: readonly Outgoing[]): Promise<void>;
  /**
   * Hands up to `most` dead letters of a queue to `take`, one after the other, and removes each
   * after that. A letter whose taking fails stays, as do those behind it, and the error is thrown; a
   * letter may come again even after it was taken.
   * @returns how many were removed
   * @throws AppError `unavailable`
   */
  collectDeadLetters(
    queue: 'polls' | 'changes',
    most: number,
    take: (letter: DeadLetter) => Promise<void>,
  ): Promise<number>;
}

/** Secrets by name. */
export interface Secrets {
  /** Undefined where there is none. */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Bytes sealed under a data key; `keyId` says which. */
export interface Sealed {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/** Seals what must not stand in a table in clear (AES-256-GCM). */
export interface Sealer {
  /** @param context bound to the seal as additional data: it opens only under the same one. */
  seal(plain: string, context: string): Promise<Sealed>;
  /** @throws AppError `bad-answer` when the seal is broken or the context is another. */
  open(sealed: Sealed, context: string): Promise<string>;
}

/** A connection with the version that a conditional write names. */
export type StoredConnection = Connection & { readonly version: string };

/** The connections of this deployment. */
export interface Connections {
  get(id: string): Promise<StoredConnection | undefined>;
  /** As it stood at a settings version, or later; from memory where that is new enough. */
  at(id: string, settingsVersion: number): Promise<StoredConnection | undefined>;
  /** Lets {@link Connections.at} read it anew. */
  forget(id: string): void;
  list(): AsyncGenerator<readonly StoredConnection[]>;
  /** @throws AppError `state-exists` */
  create(connection: Connection): Promise<StoredConnection>;
  /** @throws AppError `state-changed` when `version` is not the stored one's, `not-found` */
  save(connection: Connection, version: string): Promise<StoredConnection>;
  /** @throws AppError `state-changed` when a version is given and is not the stored one's */
  remove(id: string, version?: string): Promise<void>;
}

/** How far the reading of a side has come. */
export interface Checkpoint {
  /** Raised before the first message of every poll; lanes drop what carries a lower one. */
  readonly epoch: number;
  /** Where to read on: a next link, a delta link, or null for the beginning. */
  readonly links: Readonly<Record<Kind, string | null>>;
  /** Which kind the open round reads; null between rounds. */
  readonly reading: Kind | null;
  readonly lastRoundAt: string | null;
  /** When the open round, and the last complete one, began; milliseconds, null = never. */
  readonly beganAt: number | null;
  readonly completeSince: number | null;
  /** When the side last showed something. */
  readonly lastChangeAt: string | null;
  /** Rounds without a change, since the connection was made. */
  readonly idleRounds: number;
  /** What went wrong with the last poll; null when it went well. */
  readonly lastError: {
    readonly code: string;
    readonly message: string;
    readonly at: string;
    /** When the first of such errors in a row came. */
    readonly since?: string | undefined;
  } | null;
}

/** What is known of the application's side while it is down. */
export interface Outage {
  /** ISO 8601. */
  readonly since: string;
  readonly code: string;
  readonly message: string;
  /** How often it was probed. */
  readonly probes: number;
  /** When the application was found back; milliseconds, null = it is down. */
  readonly endedAt: number | null;
  /** The probe that is planned, and when (milliseconds). */
  readonly probe: string;
  readonly probeAt: number;
}

/** What a connection's sync goes by, saved together or not at all. */
export interface SyncState {
  readonly checkpoint: Checkpoint;
  /** The open run, or the last one. */
  readonly run: Run | null;
  readonly guard: GuardState;
  readonly resyncs: Resyncs;
  /** The last outage of the application, over or not. */
  readonly outage: Outage | null;
  /** When somebody last said, during a run, that something moved; milliseconds, null = never. */
  readonly look: number | null;
  readonly versions: Readonly<Record<SyncRow, string | null>>;
}

/** The rows of a {@link SyncState}. */
export type SyncRow = 'checkpoint' | 'run' | 'guard' | 'resyncs' | 'outage' | 'look';

/** What of a {@link SyncState} is to be saved. */
export type SyncChanges = Partial<Omit<SyncState, 'versions'>>;

/** Where the reading of each connection stands. */
export interface Checkpoints {
  load(connectionId: string): Promise<SyncState>;
  /**
   * Saves what `next` names.
   * @throws AppError `state-changed` when somebody else saved meanwhile
   */
  save(connectionId: string, state: SyncState, next: SyncChanges): Promise<SyncState>;
  /** Writes one lane's report on the run, without meeting the other lanes'. */
  tick(connectionId: string, lane: number, tick: Tick): Promise<void>;
}

/** Whether the application's side is down, as far as this worker knows. */
export interface Outages {
  /** From memory as long as nothing is known to be wrong, which costs nothing. */
  isDown(connectionId: string): Promise<boolean>;
  /** The one that is not over yet, or the last one. */
  last(connectionId: string): Promise<Outage | null>;
  /** Writes down that one begins. @returns whether nobody had done so before */
  begin(connectionId: string, outage: Outage): Promise<boolean>;
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

/** Runs that have ended, newest first. */
export interface Runs {
  /** May be repeated. */
  archive(connectionId: string, run: Run): Promise<void>;
  get(connectionId: string, runId: string): Promise<Run | undefined>;
  list(
    connectionId: string,
    page: { size: number; after?: string },
  ): Promise<{ runs: readonly Run[]; next?: string }>;
}

/** A lane's own row: what it has handled, and the counters of its share of the run. */
export interface Lane {
  readonly connectionId: string;
  readonly lane: number;
  readonly epoch: number;
  readonly runId: string;
  readonly phase: Phase | null;
  /** The last message number handled in this phase. */
  readonly n: number;
  readonly gap: boolean;
  readonly counters: Counters;
  readonly wakes: number;
  /** Links and edges whose removal is to be carried out or decided on. */
  readonly removals: number;
  /** What of it the guard has to decide about. */
  readonly waiting: Losses;
  /** What the guard holds. */
  readonly held: Losses;
  /** What was taken away in this run without an administrator's approval. */
  readonly done: Losses;
  /** Links that are dirty for another reason. */
  readonly failures: number;
  /** How far a phase that goes over the lane's rows has come, and when (milliseconds). */
  readonly cursor: string | null;
  readonly cursorAt: number;
  /** Edges were left to be given to the application when it is back. */
  readonly owed: boolean;
  readonly totals: Totals;
  /** Null where the row does not exist yet. */
  readonly version: string | null;
}

/** One change of a lane's rows, with what it adds to the lane's counters. */
export type LaneWrite = {
  readonly count?: Counters;
  readonly totals?: Partial<Totals>;
  /** What it takes away, without an administrator's approval. */
  readonly done?: LossKind | undefined;
} /** `from` undefined = there must be no row yet. */ & (
  | { readonly link: Link; readonly from: Link | undefined }
  | { readonly edge: Edge; readonly from: Edge | undefined }
  | { readonly dropEdge: Edge }
  /** A full run has shown them; nothing else of them has changed. */
  | { readonly sighted: string; readonly runId: string }
  | { readonly sightedEdge: EdgeKey; readonly runId: string }
  | { readonly nothing: true }
);

/** A page of what waits in a lane: links by their Entra ids, and edges. */
export interface Waiting {
  readonly links: readonly string[];
  readonly edges: readonly EdgeKey[];
  /** Where the next page begins. */
  readonly cursor: string;
}

/** A page of what a full run has not shown, and where the next one begins. */
export interface UnsightedLinks {
  readonly links: readonly LinkTie[];
  readonly cursor: string;
}
export interface UnsightedEdges {
  readonly edges: readonly Edge[];
  readonly cursor: string;
}

/** Rows of one lane: links, edges and what is due. Only the lane's own session writes them. */
export interface Lanes {
  /** The lane's row; perhaps from memory, which the next commit's condition makes safe. */
  open(connectionId: string, lane: number): Promise<Lane>;
  /** The lane's row as stored: for those who only report what it says. */
  reopen(connectionId: string, lane: number): Promise<Lane>;
  /** The lanes' rows as stored, for showing progress. */
  read(connectionId: string): Promise<readonly Lane[]>;
  links(lane: Lane, entraIds: readonly string[]): Promise<ReadonlyMap<string, Link>>;
  /** By their names ({@link edgeName}). */
  edges(lane: Lane, keys: readonly EdgeKey[]): Promise<ReadonlyMap<string, Edge>>;
  /** The edges of one holder. */
  edgesOf(lane: Lane, holder: string): AsyncGenerator<readonly Edge[]>;
  /** Edges that the application has yet to follow, from a row key on; `cursor` follows the page. */
  pendingEdges(
    lane: Lane,
    from?: string,
  ): AsyncGenerator<{ readonly edges: readonly Edge[]; readonly cursor: string }>;
  /** Links and edges whose removal waits for a decision, or to be carried out. */
  removals(lane: Lane): AsyncGenerator<Waiting>;
  /** Links and edges whose removal is held. */
  held(lane: Lane, page?: { size: number; from?: string }): AsyncGenerator<Waiting>;
  /** What is due by `until` (milliseconds), with a time or without (Infinity: all that failed). */
  due(lane: Lane, until: number, page?: { size: number; from?: string }): AsyncGenerator<Waiting>;
  /** Links that the run has not shown, from a row key on; tombstones are left out. */
  unsightedLinks(lane: Lane, runId: string, from?: string): AsyncGenerator<UnsightedLinks>;
  /** Wanted memberships that the run has not shown, from a row key on. */
  unsightedEdges(lane: Lane, runId: string, from?: string): AsyncGenerator<UnsightedEdges>;
  /**
   * Saves writes in as few transactions as they need, each with the lane's row and only if nobody
   * else has written it.
   * @returns the lane to go on with
   * @throws AppError `state-changed` when the lane was taken over, `state-exists` when a link to
   *   insert is there already; both: read again
   */
  commit(lane: Lane, writes: readonly LaneWrite[], row?: Partial<Lane>): Promise<Lane>;
}

/** What other lanes may read and write of a link: its tie, and who waits for it. */
export interface Ties {
  read(connectionId: string, entraIds: readonly string[]): Promise<ReadonlyMap<string, LinkTie>>;
  /** Makes edges findable from their members. Written before the edges themselves. */
  wait(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
  /** Pages of edges that name this member. */
  waiting(connectionId: string, member: string): AsyncGenerator<readonly EdgeKey[]>;
  forget(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
}

/** Messages that could not be handled, sealed, with the reason. */
export interface Rejected {
  /** @param connectionId `unknown` where the message does not say */
  store(
    connectionId: string,
    message: { queue: string; reason: string; body: string },
  ): Promise<void>;
  count(connectionId: string): Promise<number>;
  /** Newest first; `next` continues. */
  list(
    connectionId: string,
    page: { size: number; after?: string },
  ): Promise<{ messages: readonly RejectedMessage[]; next?: string }>;
  /** With its body; undefined where there is none of that id. */
  open(connectionId: string, id: string): Promise<(RejectedMessage & { body: string }) | undefined>;
  remove(connectionId: string, id: string): Promise<void>;
  /** Removes what is older; `before` in milliseconds. */
  expire(connectionId: string, before: number): Promise<void>;
}

/** A message that could not be handled, without what it says. */
export interface RejectedMessage {
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Removing what is stored of a deleted connection. */
export interface Purge {
  /** @returns whether all is gone; false when `isOver` said to stop, and there is more */
  purge(connectionId: string, isOver: () => boolean): Promise<boolean>;
}

/** Structured logging: a constant sentence and fields, never an attribute's value or a secret. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Everything there is; a flow names what it needs of it. */
export interface Services {
  readonly clock: Clock;
  /** Waits so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: Log;
  readonly bus: Bus;
  readonly secrets: Secrets;
  readonly connections: Connections;
  readonly checkpoints: Checkpoints;
  readonly runs: Runs;
  readonly outages: Outages;
  readonly watches: Watches;
  readonly noticed: Noticed;
  readonly lanes: Lanes;
  readonly ties: Ties;
  readonly rejected: Rejected;
  readonly purge: Purge;
  readonly directories: Directories;
}
