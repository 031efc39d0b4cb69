import type { Change, EntryStore, LaneWrite } from '../ports.ts';
import type { Entry, Kind } from '../sync/entry.ts';
import type { Half } from '../sync/link.ts';
import { settle } from '../sync/reconcile.ts';
import { failed, linked, unlinked, type Work } from './link-writes.ts';

/** How often an entry that somebody else keeps changing is read again. */
const COMPARE_TRIES = 3;

/** Compares links with the application's entries as they are now, and writes what differs. */
export async function compare(
  app: EntryStore,
  work: readonly Work[],
  now: number,
): Promise<LaneWrite[]> {
  const compares = work.flatMap((one) =>
    one.decision.do === 'compare' ? [{ one, ...one.decision }] : [],
  );
  const entries = await readAll(
    app,
    compares.map(({ one, appId }) => ({ kind: one.link.kind, id: appId })),
  );
  const known = compares.flatMap(({ one, appId, entra }) => {
    const entry = entries.get(appId);
    return entry ? [{ one, entry, entra }] : [];
  });
  const lost = compares.filter(({ appId }) => !entries.has(appId));
  return [
    ...(await compareWith(app, known, { counts: 'updated', now })),
    ...lost.map(({ one }) => unlinked(one, now)),
  ];
}

/** A link, the entry it is tied to or adopts, and what Entra's side makes of it. */
export interface Comparison {
  readonly one: Work;
  readonly entry: Entry;
  readonly entra: Half;
}

/** Merges with the entries as read, writes the differences, and reads again what changed meanwhile. */
export async function compareWith(
  app: EntryStore,
  comparisons: readonly Comparison[],
  how: { readonly counts: 'created' | 'updated'; readonly now: number },
  tries = COMPARE_TRIES,
): Promise<LaneWrite[]> {
  const { counts, now } = how;
  const settled = comparisons.map((comparison) => ({
    ...comparison,
    ...settle(comparison.entra, comparison.entry, comparison.one.link.agreed),
  }));
  const changes = settled.flatMap(({ one, entry, write }): Change[] =>
    write ? [{ kind: one.link.kind, id: entry.id, version: entry.version, ...write }] : [],
  );
  const outcomes = changes.length > 0 ? await app.update(changes) : [];
  const byId = new Map(changes.map((change, index) => [change.id, outcomes[index]]));
  const writes: LaneWrite[] = [];
  const again: Comparison[] = [];
  for (const { one, entry, entra, write } of settled) {
    const outcome = byId.get(entry.id);
    if (!write) writes.push(linked(one, entra, entry, counts === 'created' ? counts : null));
    else if (outcome?.ok) writes.push(linked(one, entra, outcome.value, counts));
    else if (outcome?.reason === 'changed' && tries > 1) again.push({ one, entry, entra });
    else if (outcome?.reason === 'missing') writes.push(unlinked(one, now));
    else if (outcome) writes.push(failed(one, outcome, now));
  }
  if (again.length === 0) return writes;
  const fresh = await readAll(
    app,
    again.map(({ one, entry }) => ({ kind: one.link.kind, id: entry.id })),
  );
  const next = again.map((one) => ({ ...one, entry: fresh.get(one.entry.id) ?? one.entry }));
  return [...writes, ...(await compareWith(app, next, how, tries - 1))];
}

async function readAll(
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
