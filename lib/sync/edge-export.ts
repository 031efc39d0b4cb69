import { z } from 'zod';
import type { Edge, EdgeRemoval, EdgeWord } from './edge.ts';
import { STALE_MILLISECONDS } from './entra-values.ts';
import { type Dirty, type DirtyReason, dirtyReasonSchema, stillDirty } from './link.ts';

/** What was last written of an edge to Entra. */
export interface EdgeSent {
  /** Whether it is there since. */
  readonly there: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Entra has not taken what the application wants of an edge: that it is there, where Entra does not
 * want it, or that it goes.
 */
export const edgeRefusalSchema = z.object({
  reason: dirtyReasonSchema,
  attempts: z.number().int(),
  /** Milliseconds since 1970: the next try, and since when it is refused. */
  due: z.number(),
  since: z.number(),
  /** In words, without personal data. */
  detail: z.string(),
  /** An administrator has approved that it goes, until then. */
  approvedUntil: z.number().optional(),
});
export type EdgeRefusal = z.infer<typeof edgeRefusalSchema>;

/** Whether an edge's removal is one in Entra. */
export function isWithdrawal({ removal }: Pick<Edge, 'removal'>): boolean {
  return removal?.evidence === 'application' || removal?.evidence === 'target';
}

/** Whether the application has taken an edge away that Entra still has, and perhaps did not let go. */
export function isTakenAway(edge: Pick<Edge, 'removal' | 'wanted' | 'refused'>): boolean {
  return isWithdrawal(edge) || (edge.wanted && edge.refused !== undefined);
}

/** Whether it is one from the target group of the export. */
export function isOfTarget({ removal }: Pick<Edge, 'removal'>): boolean {
  return removal?.evidence === 'target';
}

/** Whether an edge stands for what the application holds and Entra did not take, or for nothing. */
export function isWish({ wanted, applied, refused }: Edge): boolean {
  return !wanted && !applied && refused !== undefined;
}

/** Whether an edge says only that we have just taken it away in Entra. */
export function isTrace({ wanted, applied, refused }: Edge): boolean {
  return !wanted && !applied && refused === undefined;
}

/** Whether a word may be from before our own write of a few minutes ago, which it contradicts. */
export function isStaleWord({ sent }: Edge, { removed }: EdgeWord, now: number): boolean {
  return sent !== undefined && sent.there === removed && isRecent(sent, now);
}

/** Whether a replica may still show what was before. */
export function isRecent({ at }: EdgeSent, now: number): boolean {
  return now < at + STALE_MILLISECONDS;
}

/** A refusal once more: tried again like a link that could not be brought in step. */
export function refusedAgain(
  edge: Partial<Pick<Edge, 'refused' | 'removal'>>,
  { reason, detail }: { readonly reason: DirtyReason; readonly detail: string },
  now: number,
): EdgeRefusal {
  const { attempts, due, since } = stillDirty(triedBefore(edge, reason), reason, { now });
  const { refused, removal } = edge;
  const approvedUntil = removal?.state === 'approved' ? removal.at : refused?.approvedUntil;
  return { reason, attempts, due, since, detail, ...(approvedUntil && { approvedUntil }) };
}

function triedBefore(
  { refused, removal }: Partial<Pick<Edge, 'refused' | 'removal'>>,
  reason: DirtyReason,
): Dirty | null {
  if (refused) {
    const { approvedUntil: _, ...before } = refused;
    return before;
  }
  if (!removal?.doubts || !isWithdrawal({ removal })) return null;
  const { doubts: attempts, at } = removal;
  return { reason, attempts, due: at, since: at };
}

/**
 * That an edge goes in Entra waits for a decision. What was approved and refused then stays approved,
 * and how often it was refused is not forgotten.
 */
export function withdrawal(
  { refused }: Pick<Edge, 'refused'>,
  evidence: 'application' | 'target',
  now: number,
): EdgeRemoval {
  const until = refused?.approvedUntil ?? 0;
  const isApproved = until > now;
  return {
    state: isApproved ? 'approved' : 'waiting',
    at: isApproved ? until : now,
    doubts: refused?.attempts ?? 0,
    evidence,
    isFree: false,
  };
}

/** The edge without what stood there of earlier writes to Entra. */
export function settled(edge: Edge): Edge {
  const { refused: _, sent: __, ...rest } = edge;
  return { ...rest, removal: null };
}
