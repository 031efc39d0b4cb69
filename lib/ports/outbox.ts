import type { Kind } from '../sync/entry.ts';
import type { Writer } from './resources.ts';

/** What every mark has. */
interface Mark {
  readonly by: Writer;
  /** The last write took it away. */
  readonly removed: boolean;
  /** When that was. ISO 8601. */
  readonly at: string;
  /** Opaque; changes when the same entry or membership is written again. */
  readonly version: string;
}

/** Says that a writer has changed an entry. */
export interface EntryMark extends Mark {
  readonly kind: Kind;
  readonly id: string;
  /** What a removed one had. */
  readonly externalId?: string;
}

/** Says that a writer has added or taken away a membership, by the directory's ids. */
export interface MemberMark extends Mark {
  readonly groupId: string;
  readonly memberId: string;
}

/**
 * What was written to the application's directory by others than the sync, one mark an entry and one
 * a membership, however often it was written. Read like a delta: again from the start until all that
 * was dealt with is settled. A removed entry has no marks for the memberships it had.
 */
export interface Outbox {
  /** Pages of marks, in no order that means anything. */
  entries(by: Writer): AsyncGenerator<readonly EntryMark[]>;
  /** Pages of marks, group by group. */
  members(by: Writer): AsyncGenerator<readonly MemberMark[]>;
  /** Deletes marks that were dealt with; one that was written again meanwhile stays. */
  settle(marks: readonly (EntryMark | MemberMark)[]): Promise<void>;
}
