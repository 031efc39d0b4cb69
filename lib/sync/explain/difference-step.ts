import type { Entry, Value } from '../entry.ts';
import type { Agreed, Half } from '../link.ts';
import { takeApart } from '../merge.ts';
import { halfOf, settle } from '../reconcile.ts';

/** An attribute that would change. */
export interface Difference {
  readonly attribute: string;
  /** Null = empty. */
  readonly from: Value | null;
  readonly to: Value | null;
  /** It takes something away: the guard is asked first. */
  readonly takesAway?: true;
}

/** What differs between what Entra's side comes to and the application's entry. */
export interface DifferenceStep {
  readonly step: 'difference';
  readonly ok: true;
  readonly attributes: readonly Difference[];
  /** There where it would change; from null where there is no entry. */
  readonly active?: {
    readonly from: boolean | null;
    readonly to: boolean;
    readonly takesAway?: true;
  };
}

/** Nothing is to be written to an entry. */
export const NO_DIFFERENCE: DifferenceStep = { step: 'difference', ok: true, attributes: [] };

/** All that a new entry gets. */
export function newEntryStep({ active, attributes }: Half): DifferenceStep {
  const given = Object.entries(attributes).map(([attribute, to]) => ({
    attribute,
    from: null,
    to,
  }));
  return { ...NO_DIFFERENCE, attributes: given, active: { from: null, to: active } };
}

/**
 * What differs from an entry, also where it strayed by itself.
 * @param agreed null where the sides never met: then nothing is cleared
 */
export function differenceStep(entra: Half, entry: Entry, agreed: Agreed | null): DifferenceStep {
  const { write } = settle(entra, entry, agreed, { reassert: true, mayRemove: true });
  if (write === null) return NO_DIFFERENCE;
  const { losses } = takeApart(write, entry.attributes);
  const lost = new Set([...(losses?.clear ?? []), ...Object.keys(losses?.set ?? {})]);
  const { attributes: held } = halfOf(entry);
  const of = (attribute: string, to: Value | null): Difference => ({
    attribute,
    from: held[attribute] ?? null,
    to,
    ...(lost.has(attribute) && { takesAway: true }),
  });
  return {
    ...NO_DIFFERENCE,
    attributes: [
      ...Object.entries(write.set).map(([name, to]) => of(name, to)),
      ...write.clear.map((name) => of(name, null)),
    ],
    ...(write.active !== undefined && {
      active: { from: entry.active, to: write.active, ...(!write.active && { takesAway: true }) },
    }),
  };
}

/** An entry that is to be inactive. */
export function deactivationStep(entry: Entry | null): DifferenceStep {
  if (!entry?.active) return NO_DIFFERENCE;
  return { ...NO_DIFFERENCE, active: { from: true, to: false, takesAway: true } };
}

/** Whether nothing differs. */
export function isSame({ attributes, active }: DifferenceStep): boolean {
  return attributes.length === 0 && active === undefined;
}
