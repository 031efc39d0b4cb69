import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { valuesOf } from '../../sync/entry.ts';
import { type Half, type Link, stillDirty } from '../../sync/link.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import { type Work, withAttributes } from './link-writes.ts';

type Needs = Pick<Services, 'seats'>;

/** Entitlements that found no seat, by Entra id. */
export type Unseated = ReadonlyMap<string, readonly string[]>;

/**
 * Takes a seat for everybody who is to be given an entitlement of which there are not any number.
 * Who finds none goes without it, and is tried again.
 */
export async function seatUsers(
  { seats }: Needs,
  connectionId: string,
  { settings }: Rules,
  work: readonly Work[],
): Promise<{ readonly work: readonly Work[]; readonly unseated: Unseated }> {
  const unseated = new Map<string, string[]>();
  for (const { value, most } of seated(settings)) {
    const wanting = work.filter((one) => isGiven(one, value)).map(({ link }) => link.entraId);
    if (wanting.length === 0) continue;
    const taken = await seats.take(connectionId, value, most, wanting);
    for (const id of wanting)
      if (!taken.has(id)) unseated.set(id, [...(unseated.get(id) ?? []), value]);
  }
  if (unseated.size === 0) return { work, unseated };
  return { work: work.map((one) => without(one, unseated.get(one.link.entraId))), unseated };
}

/** As {@link seatUsers} would find it now, for one who is only asked about: no seat is taken. */
export async function foreseeSeats(
  { seats }: Needs,
  connectionId: string,
  { settings }: Rules,
  work: Work,
): Promise<{ readonly work: Work; readonly unseated: readonly string[] }> {
  const unseated: string[] = [];
  for (const { value, most } of seated(settings)) {
    if (!isGiven(work, value)) continue;
    if ((await seats.count(connectionId, value)) >= most) unseated.push(value);
  }
  return { work: without(work, unseated), unseated };
}

/** Who has an entitlement already keeps it, whatever its seats are by now. */
function isGiven({ link, decision }: Work, value: string): boolean {
  if (decision.do !== 'create' && decision.do !== 'compare') return false;
  return !holds(link, value) && entitlementsOf(decision.entra).includes(value);
}

function without(work: Work, values: readonly string[] | undefined): Work {
  if (!values) return work;
  return withAttributes(work, ({ entitlements, ...others }) => {
    const left = valuesOf(entitlements).filter((value) => !values.includes(value));
    return left.length > 0 ? { ...others, entitlements: left } : others;
  });
}

/** Writes of links whose user goes without an entitlement say so. */
export function tellUnseated(
  writes: readonly LaneWrite[],
  unseated: Unseated,
  now: number,
): readonly LaneWrite[] {
  if (unseated.size === 0) return writes;
  return writes.map((write) => {
    const values = 'link' in write ? unseated.get(write.link.entraId) : undefined;
    if (!values || !('link' in write) || write.link.dirty) return write;
    const detail = `all seats are taken: ${values.join(', ')}`;
    const dirty = stillDirty(write.from?.dirty ?? null, 'no-seat', { now, detail });
    return { ...write, link: { ...write.link, dirty } };
  });
}

/** Users who hold entitlements have their seats, also since there are so many and no more. */
export async function keepSeats(
  { seats }: Needs,
  connectionId: string,
  { settings }: Rules,
  links: readonly Link[],
): Promise<void> {
  for (const { value, most } of seated(settings)) {
    const holders = links.filter((link) => holds(link, value)).map(({ entraId }) => entraId);
    if (holders.length > 0) await seats.take(connectionId, value, most, holders);
  }
}

/** What users held before, and hold no more, is free for others. */
export async function freeSeats(
  { seats }: Needs,
  connectionId: string,
  { settings }: Rules,
  writes: readonly LaneWrite[],
): Promise<void> {
  for (const { value } of seated(settings)) {
    const holders = writes.flatMap((write) => {
      if (!('link' in write) || !write.from) return [];
      const { link, from } = write;
      return holds(from, value) && !holds(link, value) ? [link.entraId] : [];
    });
    if (holders.length > 0) await seats.give(connectionId, value, holders);
  }
}

/** The entitlements of which there are so many and no more. */
function seated({ entitlements }: Rules['settings']) {
  return entitlements.flatMap(({ value, seats: most }) =>
    most === undefined ? [] : [{ value, most }],
  );
}

/** Whether the application, which holds the user's entry, holds the entitlement too. */
function holds({ state, agreed }: Link, value: string): boolean {
  return state === 'linked' && entitlementsOf(agreed?.app).includes(value);
}

function entitlementsOf(half: Half | undefined): readonly string[] {
  return valuesOf(half?.attributes.entitlements);
}
