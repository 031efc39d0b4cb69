import type { Attributes, Side, Value } from './entry.ts';
import type { Flow, Flows } from './flow.ts';
import type { Agreed, Half } from './link.ts';

/** What to write to a side. */
export interface Merge {
  readonly set: Attributes;
  readonly clear: readonly string[];
  /** There only when it must change. */
  readonly active?: boolean;
}

/** What is to be written so that both sides hold the same. */
export interface Merges {
  readonly app: Merge;
  readonly entra: Merge;
  /** Both have changed, and not to the same: the winner's value stays. */
  readonly conflicts: readonly string[];
  /** They differ, and nothing is written now: what was agreed on before stays so. */
  readonly left: Unsettled;
}

/** Attributes on which both sides have not met; `active` may be one of them. */
export interface Unsettled {
  readonly names: readonly string[];
  readonly active: boolean;
}

/** How two sides are merged. */
export interface MergeHow {
  readonly flows: Flows;
  /** What has changed on the side that nothing flows from is set right: full runs do. */
  readonly reassert?: boolean;
}

/**
 * Decides, attribute by attribute, what is written to either side. A side has changed when it
 * differs from its own half of `agreed`.
 *
 * | Entra | application | decision |
 * | --- | --- | --- |
 * | same | same | nothing; where one is empty and values flow both ways, the other's |
 * | changed | same | to the application, if it flows there; else Entra's is left, and set right in a full run |
 * | same | changed | to Entra, if it flows there; else the application's is left, and set right in a full run |
 * | changed | changed to the same | nothing |
 * | changed | changed otherwise | the winner's, where it flows both ways; else as it flows |
 * | no `agreed` | equal | nothing |
 * | no `agreed` | one is empty | the other's, if it flows that way; else nothing: nobody is wiped |
 * | no `agreed` | differs | the winner's, if it flows that way |
 *
 * What must not be empty in Entra does not flow there as long as the application has none of it.
 *
 * @param entra what the rules make of the Entra object now
 * @param app what the application holds now
 */
export function mergeSides(
  entra: Half,
  app: Half,
  agreed: Agreed | null,
  { flows, reassert = false }: MergeHow,
): Merges {
  const merges = { app: emptyMerge(), entra: emptyMerge() };
  const conflicts: string[] = [];
  const left: string[] = [];
  for (const name of namesIn(entra, agreed, flows)) {
    const sides = valuesOf({ entra, app, agreed }, name);
    const flow = flows.attributes.get(name) ?? flows.others;
    const verdict = decide(sides, flow, reassert);
    if (isConflict(sides, flow)) conflicts.push(name);
    if (verdict === 'left') left.push(name);
    if (verdict === 'app') put(merges.app, name, sides.entra);
    if (verdict === 'entra') put(merges.entra, name, sides.app);
  }
  const active = decide(activeOf({ entra, app, agreed }), flows.active, reassert);
  return {
    app: { ...merges.app, ...(active === 'app' && { active: entra.active }) },
    entra: { ...merges.entra, ...(active === 'entra' && { active: app.active }) },
    conflicts,
    left: { names: left, active: active === 'left' },
  };
}

/** What both sides hold of one attribute, and what they held when they last met. */
interface Sides {
  readonly entra: Value | undefined;
  readonly app: Value | undefined;
  readonly before: Readonly<Record<Side, Value | undefined>> | null;
}

interface Facts {
  readonly entra: Half;
  readonly app: Half;
  readonly agreed: Agreed | null;
}

/** What only the application has is its own business, unless it can reach Entra. */
function namesIn(entra: Half, agreed: Agreed | null, { attributes }: Flows): ReadonlySet<string> {
  const before = agreed?.entra.attributes ?? {};
  return new Set([...Object.keys(entra.attributes), ...Object.keys(before), ...attributes.keys()]);
}

function valuesOf({ entra, app, agreed }: Facts, name: string): Sides {
  const before = agreed && {
    entra: agreed.entra.attributes[name],
    app: agreed.app.attributes[name],
  };
  return { entra: entra.attributes[name], app: app.attributes[name], before };
}

/** Nobody is both on and off by default: where nothing was agreed on, Entra's word counts. */
function activeOf({ entra, app, agreed }: Facts): Sides {
  const before = agreed && { entra: agreed.entra.active, app: agreed.app.active };
  return { entra: entra.active, app: app.active, before };
}

/** To whom something is written; `left`: to nobody, though they differ. */
type Verdict = Side | 'left' | 'nothing';

function decide(sides: Sides, flow: Flow, reassert: boolean): Verdict {
  const { entra, app, before } = sides;
  const setsRight = reassert || flow.isAsserted === true;
  if (sameValue(entra, app) || (flow.isAsserted && !flow.toApp)) return 'nothing';
  const toEntra = flow.toEntra && !(flow.isRequired && isEmptyValue(app));
  const may = { app: flow.toApp, entra: toEntra };
  const reach = (side: Side, otherwise: Verdict): Verdict => (may[side] ? side : otherwise);
  const lacking = isEmptyValue(app) ? 'app' : isEmptyValue(entra) ? 'entra' : null;
  const isAppLoser = may.app && (flow.winner === 'entra' || !may.entra);
  const loser = isAppLoser ? 'app' : 'entra';
  if (before === null) return reach(lacking ?? loser, 'nothing');
  const changed = {
    entra: !sameValue(entra, before.entra),
    app: !sameValue(app, before.app),
  };
  if (changed.entra && changed.app) return reach(loser, 'left');
  if (changed.entra) return reach('app', setsRight ? reach('entra', 'left') : 'left');
  if (changed.app) return reach('entra', setsRight ? reach('app', 'left') : 'left');
  return may.app && may.entra && lacking !== null ? lacking : 'nothing';
}

function isConflict({ entra, app, before }: Sides, { toApp, toEntra }: Flow): boolean {
  if (before === null || !toApp || !toEntra || sameValue(entra, app)) return false;
  return !sameValue(entra, before.entra) && !sameValue(app, before.app);
}

function isEmptyValue(value: Value | undefined): boolean {
  return canonical(value) === '';
}

interface Writing extends Merge {
  readonly set: Record<string, Value>;
  readonly clear: string[];
}

function emptyMerge(): Writing {
  return { set: {}, clear: [] };
}

function put({ set, clear }: Writing, name: string, value: Value | undefined): void {
  if (value === undefined) clear.push(name);
  else set[name] = value;
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

/** Of what a merge would write, nothing was written. */
export function unsettledBy(merge: Merge): Unsettled {
  const names = [...merge.clear, ...Object.keys(merge.set)];
  return { names, active: merge.active !== undefined };
}

/**
 * What both sides have agreed on where they have not met in everything: of the rest, what they agreed
 * on before, so that it shows again at the next comparison.
 */
export function withhold(
  { entra, app }: Agreed,
  unsettled: readonly Unsettled[],
  before: Agreed | null,
): Agreed {
  const names = unsettled.flatMap((one) => one.names);
  const isActiveOpen = unsettled.some((one) => one.active);
  const keep = (half: Half, old: Half | undefined): Half => {
    const attributes: Record<string, Value> = { ...half.attributes };
    for (const name of names) {
      const value = old?.attributes[name];
      if (value === undefined) delete attributes[name];
      else attributes[name] = value;
    }
    return { active: isActiveOpen ? (old?.active ?? true) : half.active, attributes };
  };
  return { entra: keep(entra, before?.entra), app: keep(app, before?.app) };
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
