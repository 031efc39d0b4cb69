import type { Entry, Value } from '../entry.ts';
import type { Agreed, Half } from '../link.ts';
import { type Merge, takeApart } from '../merge.ts';
import { type Compare, halfOf, settle } from '../reconcile.ts';

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
  /** What would change of the object in Entra; there where something would. */
  readonly toEntra?: readonly Difference[];
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
export function differenceStep(
  sides: Pick<Compare, 'entra' | 'flows'>,
  entry: Entry,
  agreed: Agreed | null,
): DifferenceStep {
  const settled = settle(sides, entry, agreed, { reassert: true, mayRemove: true });
  const { write, export: toEntra } = settled;
  return {
    ...NO_DIFFERENCE,
    ...(write && { attributes: differences(write, halfOf(entry)) }),
    ...(write?.active !== undefined && {
      active: { from: entry.active, to: write.active, ...(!write.active && { takesAway: true }) },
    }),
    ...(toEntra && { toEntra: inEntra(toEntra, sides.entra) }),
  };
}

function differences(merge: Merge, { attributes: held }: Half): Difference[] {
  const { losses } = takeApart(merge, held);
  const lost = new Set([...(losses?.clear ?? []), ...Object.keys(losses?.set ?? {})]);
  const of = (attribute: string, to: Value | null): Difference => ({
    attribute,
    from: held[attribute] ?? null,
    to,
    ...(lost.has(attribute) && { takesAway: true }),
  });
  return [
    ...Object.entries(merge.set).map(([name, to]) => of(name, to)),
    ...merge.clear.map((name) => of(name, null)),
  ];
}

function inEntra(merge: Merge, held: Half): Difference[] {
  const { active } = merge;
  if (active === undefined) return differences(merge, held);
  const switched = { attribute: 'active', from: held.active, to: active };
  return [{ ...switched, ...(!active && { takesAway: true }) }, ...differences(merge, held)];
}

/** An entry that is to be inactive. */
export function deactivationStep(entry: Entry | null): DifferenceStep {
  if (!entry?.active) return NO_DIFFERENCE;
  return { ...NO_DIFFERENCE, active: { from: true, to: false, takesAway: true } };
}

/** Whether nothing differs. */
export function isSame({ attributes, active, toEntra }: DifferenceStep): boolean {
  return attributes.length === 0 && active === undefined && toEntra === undefined;
}
