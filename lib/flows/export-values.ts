import type {
  EntraOutcome,
  EntraRefusal,
  EntraWrites,
  WritePriority,
} from '../ports/entra-writes.ts';
import type { LaneWrite } from '../ports/lanes.ts';
import { asGraphTakes, foldSent, outgoing } from '../sync/entra-values.ts';
import type { Properties } from '../sync/entry.ts';
import type { DirtyReason, Link, Seen } from '../sync/link.ts';
import type { Merge } from '../sync/merge.ts';
import type { Decision } from '../sync/reconcile.ts';
import { SYNCED } from '../sync/rules/compile.ts';
import type { Export } from '../sync/rules/exports.ts';
import { isOfSide } from './sides.ts';

/** What writing to Entra needs. */
export interface Exporting {
  readonly writes: Pick<EntraWrites, 'update'>;
  readonly priority: WritePriority;
  /** Decides about a link by what is known of Entra once it is written to. */
  readonly decide: (link: Link) => Decision;
  /** Both sides have changed these attributes otherwise. */
  readonly noteConflicts: (link: Link, names: readonly string[]) => void;
}

/** What Entra is to hold of an object. */
export interface ToEntra {
  readonly link: Link;
  /** As stored. */
  readonly from: Link | undefined;
  readonly merge: Merge;
  readonly exports: ReadonlyMap<string, Export>;
}

/** What came of it: what is known of the object since, or why it is not written. */
export type Exported =
  | { readonly ok: true; readonly seen: Seen }
  | {
      readonly ok: false;
      readonly reason: DirtyReason;
      readonly detail: string;
      /** There where nobody knows whether it was written. */
      readonly seen?: Seen;
    };

const REASONS: Readonly<Record<EntraRefusal, DirtyReason>> = {
  missing: 'entra-later',
  taken: 'entra-taken',
  'read-only': 'entra-read-only',
  denied: 'entra-denied',
  quota: 'entra-quota',
  refused: 'entra-refused',
  later: 'entra-later',
};

/**
 * Writes values to Entra. What one object is refused for is its own failure; where the tenant as a
 * whole cannot be written, all of them wait.
 * @param announce saves what is about to be sent: who dies behind the request leaves word of it, and
 *   whoever's lane was taken over sends nothing, since the values of others are newer
 */
export async function exportValues(
  { writes, priority }: Exporting,
  objects: readonly ToEntra[],
  how: { readonly now: number; readonly announce: (writes: readonly LaneWrite[]) => Promise<void> },
): Promise<ReadonlyMap<string, Exported>> {
  const results = new Map<string, Exported>();
  const sending: Sending[] = [];
  for (const { link, from, merge, exports } of objects) {
    const { properties, unfit } = outgoing(link.kind, merge, exports);
    const refusal = refusalOf(link, unfit);
    if (refusal) results.set(link.entraId, refusal);
    else sending.push({ link, from, properties });
  }
  if (sending.length === 0) return results;
  await how.announce(sending.flatMap((one) => announced(one, how.now)));
  const changes = sending.map(({ link: { kind, entraId: id }, properties }) => ({
    kind,
    id,
    properties: asGraphTakes(properties),
  }));
  const outcomes = await outcomesOf(changes, (all) => writes.update(all, priority));
  for (const [index, { link, properties }] of sending.entries()) {
    const outcome = outcomes[index];
    const seen = foldSent(link.seen, properties, how.now);
    if (outcome?.ok) results.set(link.entraId, { ok: true, seen });
    else {
      const failure = failureOf(outcome);
      const isOpen = failure.reason === 'entra-later';
      const { sent } = seen;
      results.set(link.entraId, {
        ...failure,
        ...(isOpen && sent && { seen: { ...link.seen, sent } }),
      });
    }
  }
  return results;
}

interface Sending {
  readonly link: Link;
  readonly from: Link | undefined;
  readonly properties: Properties;
}

/** The link as stored, and that this is being sent: what is seen of it stays as it is. */
function announced({ link, from, properties }: Sending, now: number): LaneWrite[] {
  const { sent } = foldSent(link.seen, properties, now);
  return from && sent ? [{ link: { ...from, seen: { ...from.seen, sent } }, from }] : [];
}

/** What needs no question to Graph. */
function refusalOf({ seen }: Link, unfit: readonly string[]): Exported | undefined {
  if (seen.properties[SYNCED] === true) {
    const detail = 'the object is synced from on-premises; change it there';
    return { ok: false, reason: 'entra-read-only', detail };
  }
  if (unfit.length === 0) return undefined;
  const detail = `${unfit.slice(0, 10).join(', ')}: several values cannot flow to one property`;
  return { ok: false, reason: 'entra-refused', detail };
}

/** Writes a batch; where the tenant as a whole cannot be written, that is what came of each. */
export async function outcomesOf<T>(
  batch: readonly T[],
  write: (batch: readonly T[]) => Promise<readonly EntraOutcome[]>,
): Promise<readonly EntraOutcome[]> {
  try {
    return await write(batch);
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    const isRefused = error.code === 'access-denied' || error.code === 'credential-refused';
    const reason = isRefused ? 'denied' : 'later';
    return batch.map(() => ({ ok: false, reason, detail: error.message }));
  }
}

type Refused = Exclude<EntraOutcome, { ok: true }>;

function failureOf(outcome: Refused | undefined): Extract<Exported, { ok: false }> {
  const { reason = 'later', detail = 'Entra did not answer' } = outcome ?? {};
  return { ok: false, reason: REASONS[reason], detail };
}

/** What stands on a link that Entra has refused. */
export function reasonOf({ reason }: Refused): DirtyReason {
  return REASONS[reason];
}
