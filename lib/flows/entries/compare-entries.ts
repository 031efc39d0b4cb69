import type { Change, EntryStore, Outcome } from '../../ports/application.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import type { Agreed, Link } from '../../sync/link.ts';
import { type Compare, type Settlement, settle } from '../../sync/reconcile.ts';
import { combined, exportAll, type Met } from '../exports/export-differences.ts';
import type { Exporting } from '../exports/export-values.ts';
import { dropLoose } from './drop-loose.ts';
import type { Claim } from './free-name.ts';
import { failed, isSettled, linked, missing, unlinked, type Work } from './link-writes.ts';

/** What comparing needs beside the entries. */
export interface How {
  readonly now: number;
  /** Tries to free a name that another entry holds. */
  readonly free: (claim: Claim) => Promise<boolean>;
  /** Throws where another worker has taken the lane over. */
  readonly confirmLane: () => Promise<void>;
  /** Notes on these links, as they are stored, that their entries are to be switched on or off. */
  readonly markSwitching: (links: readonly Link[]) => Promise<void>;
  /** Saves what is about to be written to Entra; throws as `confirmLane`. */
  readonly announce: (writes: readonly LaneWrite[]) => Promise<void>;
  /** What changed where nothing flows from is set right. */
  readonly reassert: boolean;
  /** The guard has allowed what takes something away. */
  readonly mayRemove: boolean;
  readonly exporting: Exporting;
  /** An entry of this kind that is gone may have been deleted by the application, which tells so. */
  readonly awaitsWord: (kind: Kind) => boolean;
  /** Has the poll ask the application what it has deleted. */
  readonly askForWord: () => Promise<void>;
}

/** Nothing but the tie is written. */
const NO_MERGE = { set: {}, clear: [] } as const;

/** How often an entry that somebody else keeps changing is read again. */
const COMPARE_TRIES = 3;

/** Compares links with the application's entries as they are now, and writes what differs. */
export async function compare(
  app: EntryStore,
  work: readonly Work[],
  how: How,
): Promise<LaneWrite[]> {
  const compares = work.flatMap((one) =>
    one.decision.do === 'compare' ? [{ one, ...one.decision }] : [],
  );
  const entries = await readEntries(
    app,
    compares.map(({ one, appId }) => ({ kind: one.link.kind, id: appId })),
  );
  const known = compares.flatMap(({ one, appId, entra, flows }) => {
    const entry = entries.get(appId);
    return entry ? [{ one, entry, entra, flows }] : [];
  });
  const lost = compares.filter(({ appId }) => !entries.has(appId));
  if (lost.some(({ one }) => isUnheard(one, how))) await how.askForWord();
  const ended = lost.map(({ one }) => lostIn(one, how));
  await dropLoose(app, ended);
  return [...(await compareWith(app, known, { ...how, counts: 'updated' })), ...ended];
}

/**
 * The entry is gone; if nobody says within a minute that the application has deleted it, it is made
 * again.
 */
function lostIn(one: Work, how: How): LaneWrite {
  const { link, from } = one;
  if (isUnheard(one, how)) return missing(one, how.now);
  const waits = from?.dirty && how.awaitsWord(link.kind) && how.now < from.dirty.due;
  return waits ? { link: { ...link, dirty: from.dirty }, from } : unlinked(one, how.now);
}

function isUnheard({ link, from }: Work, { awaitsWord }: How): boolean {
  return from?.dirty?.reason !== 'changed-meanwhile' && awaitsWord(link.kind);
}

/** A link, the entry it is tied to or adopts, what Entra's side makes of it, and what flows where. */
export interface Comparison extends Pick<Compare, 'entra' | 'flows'> {
  readonly one: Work;
  readonly entry: Entry;
  /** The entry was there before, and is tied to the object from now on. */
  readonly adopts?: boolean;
}

type CountingHow = How & { readonly counts: 'created' | 'updated' };

/** Merges with the entries as read, writes the differences, and reads again what changed meanwhile. */
export async function compareWith(
  app: EntryStore,
  comparisons: readonly Comparison[],
  how: CountingHow,
  tries = COMPARE_TRIES,
): Promise<LaneWrite[]> {
  if (comparisons.length === 0) return [];
  const { counts, now, free } = how;
  const settled = comparisons.map((comparison) => ({
    ...comparison,
    settlement: settle(comparison, comparison.entry, agreedOf(comparison.one.link), how),
  }));
  const writing = settled.filter((one) => changeOf(one).length > 0);
  const changes = writing.flatMap(changeOf);
  if (writing.some(isSurprising)) await how.confirmLane();
  await how.markSwitching(settled.flatMap(switched));
  const outcomes = changes.length > 0 ? await app.update(changes) : [];
  const byId = new Map(changes.map((change, index) => [change.id, outcomes[index]]));
  const writes: LaneWrite[] = [];
  const again: Comparison[] = [];
  const met: Met[] = [];
  for (const one of settled) {
    const { settlement, ...comparison } = one;
    const outcome = byId.get(one.entry.id);
    const wanted = settlement.write?.set.userName;
    if (!outcome) met.push({ ...one, counts: counts === 'created' ? counts : null });
    else if (outcome.ok) met.push({ ...one, entry: outcome.value, counts });
    else if (outcome.reason === 'changed' && tries > 1) again.push(comparison);
    else if (tries > 1 && (await yields(one.one, outcome, { wanted, free })))
      again.push(comparison);
    else if (outcome.reason === 'missing') writes.push(lostIn(one.one, how));
    else writes.push(failed(one.one, outcome, now));
  }
  await dropLoose(app, writes);
  writes.push(...met.filter(isForAppAlone).flatMap((one) => closing(one, now)));
  const exported = await exportAll(met, how);
  const fresh = tries > 1 ? exported.derived : [];
  const next = await readAgain(app, [...again, ...fresh]);
  const last = await compareWith(app, next, how, tries - 1);
  return combined([...writes, ...exported.writes], last);
}

type Settled = { readonly settlement: Settlement };

/**
 * Somebody has written the entry since both sides met: the application, or another worker that has taken
 * the lane over and knows better.
 */
function isSurprising({ one, entry }: Comparison): boolean {
  return one.link.agreed?.version !== entry.version;
}

/** What is written to the application; nothing where only Entra is. */
function changeOf({ one, entry, adopts, settlement: { write } }: Comparison & Settled): Change[] {
  const claims = adopts && entry.externalId === undefined;
  if (!write && !claims) return [];
  const { kind, entraId: externalId } = one.link;
  const { id, version } = entry;
  const merge = write ?? NO_MERGE;
  const set = claims ? { ...merge.set, externalId } : merge.set;
  return [{ kind, id, version, ...merge, set }];
}

/** The stored link of an entry that is to be switched on or off. */
function switched({ one: { from }, settlement: { write } }: Comparison & Settled): Link[] {
  return from && write?.active !== undefined ? [from] : [];
}

function isForAppAlone({ settlement }: Met): boolean {
  return settlement.export === null;
}

/** Nothing is written where nothing of the link changes. */
function closing({ one, entra, entry, settlement, counts }: Met, now: number): LaneWrite[] {
  const meeting = { entra, entry, settlement, now, counts: counts ? [counts] : [] };
  const mayRest = counts !== 'updated' && !settlement.withheld;
  return mayRest && isSettled(one, meeting) ? [] : [linked(one, meeting)];
}

async function readAgain(
  app: EntryStore,
  comparisons: readonly Comparison[],
): Promise<Comparison[]> {
  if (comparisons.length === 0) return [];
  const fresh = await readEntries(
    app,
    comparisons.map(({ one, entry }) => ({ kind: one.link.kind, id: entry.id })),
  );
  return comparisons.map((one) => ({ ...one, entry: fresh.get(one.entry.id) ?? one.entry }));
}

/** A name that was taken is free now, because its holder had no claim to it. */
async function yields(
  { from }: Work,
  outcome: Outcome<Entry> | undefined,
  { wanted, free }: Pick<How, 'free'> & Pick<Claim, 'wanted'>,
): Promise<boolean> {
  if (!outcome || outcome.ok || outcome.reason !== 'taken' || !outcome.holder) return false;
  const isRepeated = from?.dirty?.reason === 'name-taken';
  return free({ holder: outcome.holder, wanted, isRepeated });
}

/** While its object was removed, an entry may have had to yield its name: it is compared anew. */
export function agreedOf({ state, agreed }: Link): Agreed | null {
  if (state !== 'removed' || !agreed) return agreed;
  const { userName: _, ...attributes } = agreed.entra.attributes;
  return { ...agreed, entra: { ...agreed.entra, attributes } };
}

/** Entries of both kinds, by their ids; those that are gone are missing. */
export async function readEntries(
  app: EntryStore,
  wanted: readonly { kind: Kind; id: string }[],
): Promise<Map<string, Entry>> {
  const kinds = [...Map.groupBy(wanted, ({ kind }) => kind)];
  const found = await Promise.all(
    kinds.map(([kind, some]) =>
      app.read(
        kind,
        some.map(({ id }) => id),
      ),
    ),
  );
  return new Map(found.flatMap((entries) => [...entries]));
}
