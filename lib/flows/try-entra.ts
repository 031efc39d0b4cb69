import type { EntraOutcome } from '../ports/entra-writes.ts';
import type { DirtyReason } from '../sync/link.ts';
import { outcomesOf, reasonOf } from './export-values.ts';

/** Why Entra did not take what was written. */
export interface Refused {
  readonly reason: DirtyReason;
  readonly detail: string;
}

/**
 * Writes a batch to Entra. Where the tenant as a whole cannot be written, all of it is refused for now.
 * @returns why each write was refused, in the batch's order; undefined where it was not
 */
export async function tryEntra(
  batch: readonly unknown[],
  write: () => Promise<readonly EntraOutcome[]>,
): Promise<readonly (Refused | undefined)[]> {
  const outcomes = await outcomesOf(batch, write);
  return batch.map((_, index) => {
    const outcome = outcomes[index];
    if (outcome?.ok) return undefined;
    if (!outcome) return { reason: 'entra-later', detail: 'Entra did not answer' };
    return { reason: reasonOf(outcome), detail: outcome.detail };
  });
}
