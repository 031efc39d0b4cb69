import type { Kind } from '../sync/entry.ts';
import type { GuardState } from '../sync/guard.ts';
import type { Count, LaneCount } from '../sync/lane-count.ts';
import type { Resyncs } from '../sync/resyncs.ts';
import type { RulesKey } from '../sync/rules/rules-key.ts';
import type { Run, Tick } from '../sync/run.ts';

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
  /** The rules that all objects were last brought in line with; null = none, or unknown. */
  readonly rules: RulesKey | null;
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
export type SyncChanges = Partial<Omit<SyncState, 'versions'>> & {
  /** What lanes have counted; in the place of what each counted before. */
  readonly counts?: LaneCounts;
};

/** By the numbers of lanes. */
export type LaneCounts = ReadonlyMap<number, LaneCount>;

/** Where a connection stands, in short. */
export interface Overview {
  readonly connectionId: string;
  readonly lastRoundAt: string | null;
  /** As of the end of the last run, or the last hour; undefined = nothing was counted yet. */
  readonly count: Count | undefined;
}

/** Where the reading of each connection stands. */
export interface Checkpoints {
  load(connectionId: string): Promise<SyncState>;
  /** The run alone, which costs less than all. */
  run(connectionId: string): Promise<Run | null>;
  /**
   * Saves what `next` names.
   * @throws AppError `state-changed` when somebody else saved meanwhile
   */
  save(connectionId: string, state: SyncState, next: SyncChanges): Promise<SyncState>;
  /** Writes one lane's report on the run, and its count, without meeting the other lanes'. */
  tick(
    connectionId: string,
    lane: number,
    report: { readonly tick: Tick; readonly count: LaneCount },
  ): Promise<void>;
  /** Writes down what lanes have counted. */
  count(connectionId: string, counts: LaneCounts): Promise<void>;
  /**
   * Of the connections from one id to another (both inclusive), in one request for some hundreds of
   * them; in no order.
   */
  overviews(ids: { readonly first: string; readonly last: string }): Promise<readonly Overview[]>;
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

/** Which runs are meant: of these kinds and states, begun in this time (milliseconds). */
export interface RunFilter {
  readonly kind?: Run['kind'];
  readonly state?: Run['state'];
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

/** Runs that have ended, newest first. */
export interface Runs {
  /** May be repeated. */
  archive(connectionId: string, run: Run): Promise<void>;
  get(connectionId: string, runId: string): Promise<Run | undefined>;
  list(
    connectionId: string,
    page: { size: number; after?: string; which?: RunFilter },
  ): Promise<{ runs: readonly Run[]; next?: string }>;
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
