import type { Attributes, Json, Kind, Properties, Value } from './entry.ts';
import type { Half, Seen, Sent } from './link.ts';
import type { Merge } from './merge.ts';
import type { Export } from './rules/exports.ts';
import { isDirectoryExtension, isExtensionAttribute, propertyNamed } from './rules/properties.ts';

/** A value from before our own write may come back for so long: replicas lag. */
export const STALE_MILLISECONDS = 10 * 60_000;

/** What was written is remembered until nobody looks any more at what was shown of it within that time. */
const KEPT_MILLISECONDS = 3 * STALE_MILLISECONDS;

/** What a merge comes to in Entra, under the names under which it is seen. */
export interface Outgoing {
  readonly properties: Properties;
  /** Attributes whose values no property can hold. */
  readonly unfit: readonly string[];
}

/** Turns what is to be written back into properties; what is cleared is null, or an empty list. */
export function outgoing(
  kind: Kind,
  { set, clear, active }: Merge,
  exports: ReadonlyMap<string, Export>,
): Outgoing {
  const properties: Record<string, Json> = {};
  const unfit: string[] = [];
  const values: readonly (readonly [string, Value | undefined])[] = [
    ...Object.entries(set),
    ...clear.map((name) => [name, undefined] as const),
  ];
  for (const [name, value] of values) {
    const property = exports.get(name)?.property;
    if (property === undefined || typeof value === 'object') unfit.push(name);
    else properties[property] = propertyValue(kind, property, value);
  }
  if (active !== undefined) properties.accountEnabled = active;
  return { properties, unfit };
}

/** businessPhones is a list of one at most (Graph docs: user resource type). */
function propertyValue(kind: Kind, property: string, value: string | boolean | undefined): Json {
  const known = propertyNamed(kind, property);
  if (known.ok && known.type === 'texts') return value === undefined ? [] : [String(value)];
  if (value === undefined) return null;
  return isDirectoryExtension(property) ? value : String(value);
}

/** As Graph takes them: Exchange's attributes stand in an object (Graph docs: user: update). */
export function asGraphTakes(properties: Properties): Properties {
  const all = Object.entries(properties);
  const nested = all.filter(([name]) => isExtensionAttribute(name));
  if (nested.length === 0) return properties;
  const others = all.filter(([name]) => !isExtensionAttribute(name));
  return {
    ...Object.fromEntries(others),
    onPremisesExtensionAttributes: Object.fromEntries(nested),
  };
}

/** What Entra's side comes to once a merge is written there. */
export function writtenHalf({ active, attributes }: Half, merge: Merge): Half {
  const next: Record<string, Value> = { ...attributes, ...merge.set };
  for (const name of merge.clear) delete next[name];
  const held: Attributes = next;
  return { active: merge.active ?? active, attributes: held };
}

/**
 * What is known of an object once these properties are written: Graph answers without a body, so that
 * what was sent counts until the delta shows it. What it was before is kept for some minutes.
 */
export function foldSent(seen: Seen, properties: Properties, now: number): Seen {
  const sent: Record<string, Sent> = Object.fromEntries(
    Object.entries(seen.sent ?? {}).filter(([, { at }]) => now < at + KEPT_MILLISECONDS),
  );
  for (const [name, value] of Object.entries(properties)) {
    const known = sent[name];
    const recent = known && isRecent(known.at, now) ? known.before : [];
    const before = [...recent, seen.properties[name] ?? null];
    sent[name] = { value, before: before.slice(-MOST_BEFORE), at: now };
  }
  return { ...seen, properties: { ...seen.properties, ...properties }, sent };
}

/** How many values from before are told apart. */
const MOST_BEFORE = 5;

function isRecent(at: number, now: number): boolean {
  return now < at + STALE_MILLISECONDS;
}

/**
 * Those of an item's properties that repeat a value from before our own write, so soon after it that a
 * replica may lag: with what was sent, or what is known where nothing says that it has arrived.
 */
export function staleIn(seen: Seen, properties: Properties, now: number): Properties {
  const stale = Object.entries(seen.sent ?? {}).flatMap(([name, { value, before, at }]) => {
    const shown = properties[name];
    if (shown === undefined || !isRecent(at, now)) return [];
    const known = seen.properties[name] ?? null;
    // Perhaps it was never written: then what is seen still stands, and a later look decides.
    if (sameJson(shown, known)) return [];
    // What was sent may be what was there once: unless it was taken, that may be what is shown.
    const isTaken = !sameJson(known, before.at(-1) ?? null);
    if (isTaken && sameJson(shown, value)) return [];
    return before.some((old) => sameJson(shown, old)) ? [[name, isTaken ? value : known]] : [];
  });
  return Object.fromEntries(stale);
}

/**
 * Those of an item's properties that hold something else than what was sent minutes ago, and than what
 * they held before it: somebody has set them, just before our own write, or after it. So do those that
 * are as they are known though something was sent: perhaps it never arrived.
 */
export function doubtfulIn(seen: Seen, properties: Properties, now: number): readonly string[] {
  return Object.entries(seen.sent ?? {}).flatMap(([name, { value, before, at }]) => {
    const shown = properties[name];
    if (shown === undefined || !isRecent(at, now)) return [];
    if (sameJson(shown, value)) return [];
    const isKnown = sameJson(shown, seen.properties[name] ?? null);
    return isKnown || !before.some((old) => sameJson(shown, old)) ? [name] : [];
  });
}

/** Keeps what was shown and may be older than what was sent: a later look decides. */
export function withDoubts(seen: Seen, properties: Properties, names: readonly string[]): Seen {
  if (names.length === 0) return seen;
  const sent: Record<string, Sent> = { ...seen.sent };
  for (const name of names) {
    const own = sent[name];
    if (own) sent[name] = { ...own, doubt: properties[name] ?? null };
  }
  return { ...seen, sent };
}

/** Whether two values are the same as JSON. An empty text, an empty list and null are one thing. */
function sameJson(a: Json, b: Json): boolean {
  const plain = (value: Json) => (isEmpty(value) ? null : value);
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function isEmpty(value: Json): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

/**
 * Of what a read by id shows, what is still as it was sent, as it was before where that was never taken, or
 * as it was doubted: what the delta has shown since is younger.
 */
export function inDoubt(seen: Seen, properties: Properties): Properties {
  const doubtful = Object.entries(properties).filter(([name]) => {
    const { value, doubt, before } = seen.sent?.[name] ?? {};
    const known = seen.properties[name] ?? null;
    return [value, doubt, before?.at(-1)].some((one) => one !== undefined && sameJson(known, one));
  });
  return Object.fromEntries(doubtful);
}
