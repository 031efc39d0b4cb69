import type { Why, Wrote } from '../sync/audit/audit-entry.ts';
import type { Counters, Totals } from '../sync/counters.ts';
import type { Edge } from '../sync/edge.ts';
import type { Kind } from '../sync/entry.ts';
import type { Link, LinkTie } from '../sync/link.ts';
import type { Losses, LossKind } from '../sync/losses.ts';
import type { EdgeKey } from '../sync/messages.ts';
import type { Phase } from '../sync/run.ts';

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
  /** How many rows of histories it has written. */
  readonly audited: number;
  /** Null where the row does not exist yet. */
  readonly version: string | null;
}

/** One change of a lane's rows, with what it adds to the lane's counters. */
export type LaneWrite = {
  readonly count?: Counters;
  readonly totals?: Partial<Totals>;
  /** What it takes away, without an administrator's approval. */
  readonly done?: LossKind | undefined;
  /** Of a link: its user is new since then (milliseconds), and to be welcomed. */
  readonly welcome?: number | undefined;
  /** Of an edge: an administrator has rejected its end, for the history of its holder. */
  readonly isRejected?: true;
  /** Of a link: the attributes that were written, for its object's history. */
  readonly wrote?: Wrote | undefined;
} /** `from` undefined = there must be no row yet. */ & (
  | { readonly link: Link; readonly from: Link | undefined }
  | { readonly dropLink: Link }
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
  /** Of memberships: groups in groups, or those that stand by groups nested in their holder. */
  memberships(lane: Lane, which: 'nested' | 'derived'): AsyncGenerator<readonly Edge[]>;
  /** All links but tombstones and what is asked for, or those of one kind, from a row key on; `cursor` follows the page. */
  allLinks(
    lane: Lane,
    from?: string,
    kind?: Kind,
  ): AsyncGenerator<{ readonly links: readonly Link[]; readonly cursor: string }>;
  /** Links that the run has not shown, from a row key on; tombstones and what is asked for are left out. */
  unsightedLinks(lane: Lane, runId: string, from?: string): AsyncGenerator<UnsightedLinks>;
  /** Wanted memberships that the run has not shown, from a row key on. */
  unsightedEdges(lane: Lane, runId: string, from?: string): AsyncGenerator<UnsightedEdges>;
  /**
   * Saves writes in as few transactions as they need, each with the lane's row and only if nobody
   * else has written it. What they tell of their objects' histories is saved with them.
   * @param why without it histories are told nothing
   * @returns the lane to go on with
   * @throws AppError `state-changed` when the lane was taken over, `state-exists` when a link to
   *   insert is there already; both: read again
   */
  commit(lane: Lane, writes: readonly LaneWrite[], row?: Partial<Lane>, why?: Why): Promise<Lane>;
}

/** A user whose manager in the application is an entry that is tied to no object, or not now. */
export interface Report {
  readonly entraId: string;
  /** The user's entry, and the manager's. */
  readonly appId: string;
  readonly managerId: string;
}

/** What other lanes may read and write of a link: its tie, and who waits for it. */
export interface Ties {
  read(connectionId: string, entraIds: readonly string[]): Promise<ReadonlyMap<string, LinkTie>>;
  /** Makes edges findable from their members. Written before the edges themselves. */
  wait(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
  /**
   * Notes that these edges are no longer wanted, though the application may still hold them: their
   * members find them as before. {@link Ties.wait} takes it back.
   */
  unwant(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
  /**
   * Makes edges findable that stand by nested groups, as {@link Ties.wait} does, and says nothing of
   * what Entra shows of their holders.
   */
  pass(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
  /** Pages of edges that name this member; one may come twice. */
  waiting(connectionId: string, member: string): AsyncGenerator<readonly EdgeKey[]>;
  /**
   * The holders of wanted edges that name these members, by member; who has none is missing. Beside
   * groups they are the users whose manager the member is. Members of one lane cost the least.
   */
  holdersOf(
    connectionId: string,
    members: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  forget(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
  /** Takes back {@link Ties.pass}. */
  forgetPassed(connectionId: string, edges: readonly EdgeKey[]): Promise<void>;
  /** Makes users findable from the entries of managers for whom they wait. May be repeated. */
  noteReports(connectionId: string, reports: readonly Report[]): Promise<void>;
  /**
   * Who waits for managers with these entries, or for any; where nobody waits at all, by one request.
   */
  reportsOf(
    connectionId: string,
    managerIds: readonly string[] | 'any',
  ): Promise<readonly Report[]>;
  /** Takes back {@link Ties.noteReports}. */
  forgetReports(connectionId: string, reports: readonly Report[]): Promise<void>;
}
