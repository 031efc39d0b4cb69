import type { EntraWrites, WritePriority } from '../../ports/entra-writes.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import { asGraphTakes, foldSent, outgoing } from '../../sync/entra-values.ts';
import type { Properties } from '../../sync/entry.ts';
import type { DirtyReason, Link, Seen } from '../../sync/link.ts';
import type { Merge } from '../../sync/merge.ts';
import type { Decision } from '../../sync/reconcile.ts';
import { SYNCED } from '../../sync/rules/compile.ts';
import type { Export } from '../../sync/rules/exports.ts';
import { tryEntra } from './try-entra.ts';

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
  const refusals = await tryEntra(changes, () => writes.update(changes, priority));
  for (const [index, { link, properties }] of sending.entries()) {
    const refused = refusals[index];
    const seen = foldSent(link.seen, properties, how.now);
    const { sent } = seen;
    const isOpen = refused?.reason === 'entra-later' && sent !== undefined;
    if (!refused) results.set(link.entraId, { ok: true, seen });
    else
      results.set(link.entraId, {
        ok: false,
        ...refused,
        ...(isOpen && { seen: { ...link.seen, sent } }),
      });
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
