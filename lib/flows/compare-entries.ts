import type { Change, EntryStore, Outcome } from '../ports/application.ts';
import type { LaneWrite } from '../ports/lanes.ts';
import type { Entry, Kind, Value } from '../sync/entry.ts';
import type { Agreed, Half, Link } from '../sync/link.ts';
import { settle } from '../sync/reconcile.ts';
import type { NameClaim } from './free-name.ts';
import { failed, isSettled, linked, unlinked, type Work } from './link-writes.ts';

/** What comparing needs beside the entries. */
export interface How {
  readonly now: number;
  /** Tries to free a name that another entry holds. */
  readonly free: (claim: NameClaim) => Promise<boolean>;
  /** Throws where another worker has taken the lane over. */
  readonly confirmLane: () => Promise<void>;
  /** What changed in the application alone is set right. */
  readonly reassert: boolean;
  /** The guard has allowed what takes something away. */
  readonly mayRemove: boolean;
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
  const known = compares.flatMap(({ one, appId, entra }) => {
    const entry = entries.get(appId);
    return entry ? [{ one, entry, entra }] : [];
  });
  const lost = compares.filter(({ appId }) => !entries.has(appId));
  return [
    ...(await compareWith(app, known, { ...how, counts: 'updated' })),
    ...lost.map(({ one }) => unlinked(one, how.now)),
  ];
}

/** A link, the entry it is tied to or adopts, and what Entra's side makes of it. */
export interface Comparison {
  readonly one: Work;
  readonly entry: Entry;
  readonly entra: Half;
  /** The entry was there before, and is tied to the object from now on. */
  readonly adopts?: boolean;
}

/** Merges with the entries as read, writes the differences, and reads again what changed meanwhile. */
export async function compareWith(
  app: EntryStore,
  comparisons: readonly Comparison[],
  how: How & { readonly counts: 'created' | 'updated' },
  tries = COMPARE_TRIES,
): Promise<LaneWrite[]> {
  const { counts, now, free } = how;
  const settled = comparisons.map((comparison) => ({
    ...comparison,
    ...settle(comparison.entra, comparison.entry, agreedOf(comparison.one.link), how),
  }));
  const changes = settled.flatMap(({ one, entry, write, adopts }): Change[] => {
    const claims = adopts && entry.externalId === undefined;
    if (!write && !claims) return [];
    const { kind, entraId: externalId } = one.link;
    const { id, version } = entry;
    const merge = write ?? NO_MERGE;
    const set = claims ? { ...merge.set, externalId } : merge.set;
    return [{ kind, id, version, ...merge, set }];
  });
  const outcomes = changes.length > 0 ? await app.update(changes) : [];
  const byId = new Map(changes.map((change, index) => [change.id, outcomes[index]]));
  const writes: LaneWrite[] = [];
  const again: Comparison[] = [];
  for (const { one, entry, entra, write, withheld, adopts = false } of settled) {
    const outcome = byId.get(entry.id);
    const met = { entra, entry, withheld, now };
    if (!outcome) {
      const meeting = { ...met, counts: counts === 'created' ? counts : null };
      if (withheld || !isSettled(one, meeting)) writes.push(linked(one, meeting));
    } else if (outcome.ok) writes.push(linked(one, { ...met, entry: outcome.value, counts }));
    else if (outcome.reason === 'changed' && tries > 1) again.push({ one, entry, entra, adopts });
    else if (tries > 1 && (await yields(outcome, write?.set.userName, free)))
      again.push({ one, entry, entra, adopts });
    else if (outcome.reason === 'missing') writes.push(unlinked(one, now));
    else writes.push(failed(one, outcome, now));
  }
  if (again.length === 0) return writes;
  await how.confirmLane();
  const fresh = await readEntries(
    app,
    again.map(({ one, entry }) => ({ kind: one.link.kind, id: entry.id })),
  );
  const next = again.map((one) => ({ ...one, entry: fresh.get(one.entry.id) ?? one.entry }));
  return [...writes, ...(await compareWith(app, next, how, tries - 1))];
}

/** A name that was taken is free now, because its holder had no claim to it. */
async function yields(
  outcome: Outcome<Entry> | undefined,
  wanted: Value | undefined,
  free: How['free'],
): Promise<boolean> {
  if (!outcome || outcome.ok || outcome.reason !== 'taken' || !outcome.holder) return false;
  return free({ holder: outcome.holder, wanted });
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
