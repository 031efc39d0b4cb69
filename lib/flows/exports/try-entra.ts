import type { AppError } from '../../errors.ts';
import type { EntraOutcome, EntraRefusal } from '../../ports/entra-writes.ts';
import type { DirtyReason } from '../../sync/link.ts';
import { isOfSide } from '../sides.ts';

/** What an object's refusal is called where failures are listed. */
const REASONS: Readonly<Record<EntraRefusal, DirtyReason>> = {
  missing: 'entra-later',
  taken: 'entra-taken',
  'read-only': 'entra-read-only',
  denied: 'entra-denied',
  quota: 'entra-quota',
  refused: 'entra-refused',
  throttled: 'entra-throttled',
  later: 'entra-later',
};

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
  try {
    const outcomes = await write();
    return batch.map((_, index) => refusalOf(outcomes[index]));
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    const reason = reasonOf(error);
    return batch.map(() => ({ reason, detail: error.message }));
  }
}

function reasonOf({ code }: AppError): DirtyReason {
  if (code === 'throttled') return 'entra-throttled';
  const isRefused = code === 'access-denied' || code === 'credential-refused';
  return isRefused ? 'entra-denied' : 'entra-later';
}

function refusalOf(outcome: EntraOutcome | undefined): Refused | undefined {
  if (outcome?.ok) return undefined;
  const { reason = 'later', detail = 'Entra did not answer' } = outcome ?? {};
  return { reason: REASONS[reason], detail };
}
