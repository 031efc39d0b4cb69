import type { Attributes, Value } from './entry.ts';
import type { Agreed, Half } from './link.ts';

/** What to write to the application, and what both sides hold once it is written. */
export interface Merge {
  readonly set: Attributes;
  readonly clear: readonly string[];
  /** There only when it must change. */
  readonly active?: boolean;
}

/**
 * Decides, attribute by attribute, what an import writes. A side has changed when it differs from
 * its own half of `agreed`.
 *
 * | Entra | application | decision |
 * | --- | --- | --- |
 * | same | same | nothing |
 * | same | changed | nothing; in a full run Entra's value again |
 * | changed | same | write |
 * | changed | changed to the same | nothing |
 * | changed | changed otherwise | Entra wins: write |
 * | no `agreed` | equal | nothing |
 * | no `agreed` | differs | write, but never clear what only the application has |
 *
 * @param entra what the rules make of the Entra object now
 * @param app what the application holds now
 * @param reassert whether what changed in the application alone is set right: full runs do
 */
export function mergeImport(
  entra: Half,
  app: Half,
  agreed: Agreed | null,
  reassert = false,
): Merge {
  const set: Record<string, Value> = {};
  const clear: string[] = [];
  const before = agreed?.entra.attributes ?? {};
  for (const name of new Set([...Object.keys(entra.attributes), ...Object.keys(before)])) {
    const wanted = entra.attributes[name];
    const strayed = reassert && !sameValue(app.attributes[name], agreed?.app.attributes[name]);
    if (agreed && sameValue(wanted, before[name]) && !strayed) continue;
    if (sameValue(wanted, app.attributes[name])) continue;
    if (wanted === undefined) clear.push(name);
    else set[name] = wanted;
  }
  const strayed = reassert && agreed !== null && agreed.app.active !== app.active;
  const activeChanged = !agreed || agreed.entra.active !== entra.active || strayed;
  const active = activeChanged && entra.active !== app.active ? { active: entra.active } : {};
  return { set, clear, ...active };
}

/** What of a merge gives, and what takes away; null where there is nothing of it. */
export interface Parts {
  readonly gains: Merge | null;
  readonly losses: Merge | null;
}

/**
 * Takes a merge apart: clearing, deactivating and taking values out of a set are for the guard to
 * allow. A set is given what is new at once, and loses the rest later.
 * @param held what the application holds now
 */
export function takeApart({ set, clear, active }: Merge, held: Attributes): Parts {
  const given: Record<string, Value> = {};
  const lost: Record<string, Value> = {};
  for (const [name, value] of Object.entries(set)) {
    const old = held[name];
    const isShrinking = Array.isArray(value) && Array.isArray(old) && !isWithin(old, value);
    if (!isShrinking) given[name] = value;
    else {
      lost[name] = value;
      if (!isWithin(value, old)) given[name] = [...new Set([...old, ...value])];
    }
  }
  const gains: Merge = { set: given, clear: [], ...(active === true && { active }) };
  const losses: Merge = { set: lost, clear, ...(active === false && { active }) };
  return { gains: isEmpty(gains) ? null : gains, losses: isEmpty(losses) ? null : losses };
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

/**
 * What both sides have agreed on when the losses of a merge are withheld: of those, what they agreed
 * on before, so that they show again at the next comparison.
 */
export function withhold({ entra, app }: Agreed, losses: Merge, before: Agreed | null): Agreed {
  const keep = (half: Half, old: Half | undefined, isActive: boolean): Half => {
    const attributes: Record<string, Value> = { ...half.attributes };
    for (const name of [...losses.clear, ...Object.keys(losses.set)]) {
      const value = old?.attributes[name];
      if (value === undefined) delete attributes[name];
      else attributes[name] = value;
    }
    const active = losses.active === undefined ? half.active : (old?.active ?? isActive);
    return { active, attributes };
  };
  return { entra: keep(entra, before?.entra, true), app: keep(app, before?.app, true) };
}

/** Whether a merge has nothing to write. */
export function isEmpty(merge: Merge): boolean {
  const { set, clear, active } = merge;
  return Object.keys(set).length === 0 && clear.length === 0 && active === undefined;
}

/** Whether two halves hold the same, in canonical form. */
export function sameHalf(a: Half, b: Half): boolean {
  if (a.active !== b.active) return false;
  const names = new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)]);
  return [...names].every((name) => sameValue(a.attributes[name], b.attributes[name]));
}

/** Compares in canonical form: trimmed text, multi-valued ones as sets. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  const [left, right] = [canonical(a), canonical(b)];
  return left === right;
}

function canonical(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return JSON.stringify(value.trim().normalize('NFC'));
  if (typeof value === 'boolean') return String(value);
  const items = [...new Set(value.map((item) => item.trim().normalize('NFC')))].sort();
  return items.length === 0 ? '' : JSON.stringify(items);
}
