import { z } from 'zod';
import type { Edge, EdgeWord } from './edge.ts';
import { STALE_MILLISECONDS } from './entra-values.ts';
import { type DirtyReason, dirtyReasonSchema, stillDirty } from './link.ts';

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
  { refused }: Pick<Edge, 'refused'>,
  { reason, detail }: { readonly reason: DirtyReason; readonly detail: string },
  now: number,
): EdgeRefusal {
  const { attempts, due, since } = stillDirty(refused ?? null, reason, { now });
  return { reason, attempts, due, since, detail };
}

/** The edge without what stood there of earlier writes to Entra. */
export function settled(edge: Edge): Edge {
  const { refused: _, sent: __, ...rest } = edge;
  return { ...rest, removal: null };
}
