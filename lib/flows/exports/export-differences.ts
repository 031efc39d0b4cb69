import type { LaneWrite } from '../../ports/lanes.ts';
import { wroteTogether } from '../../sync/audit/audit-entry.ts';
import { addCounters, type Counted } from '../../sync/counters.ts';
import { writtenHalf } from '../../sync/entra-values.ts';
import type { Link } from '../../sync/link.ts';
import type { Merge } from '../../sync/merge.ts';
import type { Settlement } from '../../sync/reconcile.ts';
import type { Comparison, How } from '../entries/compare-entries.ts';
import { isSettled, linked, type Meeting } from '../entries/link-writes.ts';
import { type Exported, exportValues } from './export-values.ts';

/** A comparison whose part for the application is done. */
export interface Met extends Comparison {
  readonly settlement: Settlement;
  /** What was done in the application. */
  readonly counts: 'created' | 'updated' | null;
}

/** A link as it is written after an export, and what follows from it in the application. */
export interface ExportedAll {
  readonly writes: readonly LaneWrite[];
  /** Other attributes are made of what was written to Entra: they are to be compared anew. */
  readonly derived: readonly Comparison[];
}

/** Writes to Entra what the comparisons came to, object by object. */
export async function exportAll(
  met: readonly Met[],
  { exporting, now, announce }: How,
): Promise<ExportedAll> {
  const some = met.flatMap((one) => {
    const { conflicts, export: merge } = one.settlement;
    if (conflicts.length > 0) exporting.noteConflicts(one.one.link, conflicts);
    return merge ? [{ ...one, merge }] : [];
  });
  const objects = some.map(({ one, settlement, merge, flows }) => {
    return { link: one.link, from: marked(one.from, settlement), merge, exports: flows.attributes };
  });
  const results = await exportValues(exporting, objects, { now, announce });
  const writes: LaneWrite[] = [];
  const derived: Comparison[] = [];
  for (const one of some) {
    const result = results.get(one.one.link.entraId);
    if (!result) continue;
    const write = result.ok ? sent(one, result.seen, now) : unsent(one, result, now);
    if (write) writes.push(write);
    if (result.ok && write) derived.push(...derivedFrom(one, write, exporting.decide));
  }
  return { writes, derived };
}

/** A link as it is stored by now: that its entry was to be switched on or off is not forgotten. */
function marked(from: Link | undefined, { write }: Settlement): Link | undefined {
  return from && write?.active !== undefined ? { ...from, switching: true } : from;
}

type Going = Met & { readonly merge: Merge };

function sent({ one, merge, ...met }: Going, seen: Meeting['seen'], now: number): LaneWrite {
  const what = merge.active === false ? 'disabledInEntra' : 'exported';
  const counts: Counted[] = [...(met.counts ? [met.counts] : []), what];
  const { entry, settlement } = met;
  const entra = writtenHalf(met.entra, merge);
  return linked(one, { entra, entry, settlement, counts, now, ...(seen && { seen }) });
}

/** What Entra refused stands on the link; where nothing of that is news, nothing is written. */
function unsent(
  { one, merge, ...met }: Going,
  { reason, detail, seen }: Extract<Exported, { ok: false }>,
  now: number,
): LaneWrite | undefined {
  const { entra, entry, settlement } = met;
  const counts: Counted[] = met.counts ? [met.counts] : [];
  const why = { merge, reason, detail };
  const meeting = { entra, entry, settlement, counts, now, unsent: why, ...(seen && { seen }) };
  const isKnown = reason === 'entra-read-only' && one.from?.dirty?.reason === reason;
  const isIdle = met.counts === null && isKnown && !settlement.withheld;
  const settled = { ...one, link: { ...one.link, dirty: null } };
  const isSame = one.link === one.from && isSettled({ ...settled, from: settled.link }, meeting);
  return isIdle && isSame ? undefined : linked(one, meeting);
}

/** Of an entry that was tied before; others are compared when the delta shows what was written. */
function derivedFrom(
  { one, entry, settlement }: Going,
  write: LaneWrite,
  decide: How['exporting']['decide'],
): Comparison[] {
  const isTied = one.link.state === 'linked' && one.link.appId !== null;
  if (!('link' in write) || !isTied || settlement.withheld) return [];
  const decision = decide(write.link);
  if (decision.do !== 'compare') return [];
  const { entra, flows } = decision;
  return [{ one: { link: write.link, from: one.from, decision }, entry, entra, flows }];
}

/** Writes of one link become one: the last, with what all of them count. */
export function combined(writes: readonly LaneWrite[], last: readonly LaneWrite[]): LaneWrite[] {
  const later = new Map(last.map((write) => [nameOf(write), write]));
  const first = writes.map((write) => {
    const next = 'link' in write ? later.get(nameOf(write)) : undefined;
    if (!next) return write;
    later.delete(nameOf(write));
    return {
      ...next,
      count: addCounters(write.count ?? {}, next.count ?? {}),
      totals: sum(write, next),
      wrote: wroteTogether(write.wrote, next.wrote),
    };
  });
  return [...first, ...later.values()];
}

function nameOf(write: LaneWrite): string {
  return 'link' in write ? write.link.entraId : '';
}

function sum(
  { totals: a = {} }: LaneWrite,
  { totals: b = {} }: LaneWrite,
): LaneWrite['totals'] & {} {
  const names = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof typeof a)[]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}
