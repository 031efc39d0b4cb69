import type { Change, EntryStore, Lane, LaneWrite, Outcome, Services } from '../ports.ts';
import { countedKind } from '../sync/counters.ts';
import type { Entry, Kind } from '../sync/entry.ts';
import { type DirtyReason, type Half, type Link, stillDirty } from '../sync/link.ts';
import { DEFAULT_RULES, type Decision, halfOf, reconcile, settle } from '../sync/reconcile.ts';
import type { FoldedLink, Place } from './fold-items.ts';

type Needs = Pick<Services, 'lanes' | 'directories' | 'clock'>;

/** What was done about a batch of links; the writes are still to be committed. */
export interface CarriedOut {
  readonly lane: Lane;
  readonly writes: readonly LaneWrite[];
  /** Links that the application holds (again) since just now, or whose waiters were never told. */
  readonly returned: readonly Link[];
}

interface Work {
  readonly from: Link | undefined;
  readonly link: Link;
  readonly decision: Decision;
}

/** How often an entry that somebody else keeps changing is read again. */
const COMPARE_TRIES = 3;

/** Decides what each link needs, and does it: creates, updates, or marks what must wait. */
export async function carryOut(
  needs: Needs,
  place: Place,
  links: readonly FoldedLink[],
): Promise<CarriedOut> {
  const work: Work[] = links.map((folded) => ({
    ...folded,
    decision: reconcile(folded.link, DEFAULT_RULES),
  }));
  const creates = work.filter(({ decision }) => decision.do === 'create');
  const lane = await markCreating(needs, place, creates);
  const app = needs.directories.app(place.connection);
  const created = await create(needs, app, place, creates);
  const compared = await compare(needs, app, work);
  const others = work.flatMap((one) => settleWithout(one, needs.clock.now()));
  const writes = [...created, ...compared, ...others];
  // A full run applies every edge in a phase of its own: nobody need be told.
  if (!place.tellsOthers) return { lane, writes: writes.map(withoutWake), returned: [] };
  return { lane, writes, returned: writes.flatMap(returnedLink) };
}

/** Saved before every create, so that a crash after it finds its own work by externalId. */
async function markCreating(needs: Needs, place: Place, creates: readonly Work[]): Promise<Lane> {
  const marks = creates
    .filter(({ from }) => from?.state !== 'creating')
    .map(({ link, from }) => ({
      link: { ...link, state: 'creating' as const, dirty: null },
      from,
    }));
  return marks.length > 0 ? needs.lanes.commit(place.lane, marks) : place.lane;
}

async function create(
  needs: Needs,
  app: EntryStore,
  place: Place,
  creates: readonly Work[],
): Promise<LaneWrite[]> {
  const drafts = creates.flatMap(({ link, decision }) =>
    decision.do === 'create'
      ? [{ kind: link.kind, externalId: link.entraId, ...decision.entra }]
      : [],
  );
  if (drafts.length === 0) return [];
  const outcomes = await app.create(drafts, place.lane.lane);
  const writes: LaneWrite[] = [];
  const found: Work[] = [];
  for (const [index, one] of creates.entries()) {
    const outcome = outcomes[index];
    if (one.decision.do !== 'create' || !outcome) continue;
    const from: Link = { ...one.link, state: 'creating', dirty: null };
    if (outcome.ok)
      writes.push(linked({ ...one, from }, one.decision.entra, outcome.value, 'created'));
    else if (outcome.holder?.externalId === one.link.entraId) found.push({ ...one, from });
    else writes.push(failed({ ...one, from }, outcome, needs.clock.now()));
  }
  return [...writes, ...(await adoptOwn(needs, app, found))];
}

/** A create that was repeated after a crash: the entry is ours already. */
async function adoptOwn(
  needs: Needs,
  app: EntryStore,
  found: readonly Work[],
): Promise<LaneWrite[]> {
  if (found.length === 0) return [];
  const holders = await Promise.all(found.map((one) => holderOf(app, one)));
  const known = found.flatMap((one, index) => {
    const entry = holders[index];
    return entry && one.decision.do === 'create' ? [{ one, entry, entra: one.decision.entra }] : [];
  });
  return compareWith(needs, app, known, 'created');
}

async function holderOf(app: EntryStore, { link, decision }: Work): Promise<Entry | undefined> {
  if (decision.do !== 'create') return undefined;
  const draft = { kind: link.kind, externalId: link.entraId, ...decision.entra };
  const [outcome] = await app.create([draft], 0);
  if (!outcome) return undefined;
  return outcome.ok ? outcome.value : outcome.holder;
}

async function compare(needs: Needs, app: EntryStore, work: readonly Work[]): Promise<LaneWrite[]> {
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
    ...(await compareWith(needs, app, known, 'updated')),
    ...lost.map(({ one }) => unlinked(one, needs.clock.now())),
  ];
}

interface Comparison {
  readonly one: Work;
  readonly entry: Entry;
  readonly entra: Half;
}

/** Merges with the entries as read, writes the differences, and reads again what changed meanwhile. */
async function compareWith(
  needs: Needs,
  app: EntryStore,
  comparisons: readonly Comparison[],
  counts: 'created' | 'updated',
  tries = COMPARE_TRIES,
): Promise<LaneWrite[]> {
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
    else if (outcome?.reason === 'missing') writes.push(unlinked(one, needs.clock.now()));
    else if (outcome) writes.push(failed(one, outcome, needs.clock.now()));
  }
  if (again.length === 0) return writes;
  const fresh = await readAll(
    app,
    again.map(({ one, entry }) => ({ kind: one.link.kind, id: entry.id })),
  );
  const next = again.map((one) => ({ ...one, entry: fresh.get(one.entry.id) ?? one.entry }));
  return [...writes, ...(await compareWith(needs, app, next, counts, tries - 1))];
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

/** Both sides have met: the link is clean. */
function linked(
  { link, from }: Work,
  entra: Half,
  entry: Entry,
  counts: 'created' | 'updated' | null,
): LaneWrite {
  const isNew = link.appId === null;
  const returns = isNew || link.state === 'removed' || link.wakeDue;
  const next: Link = {
    ...link,
    appId: entry.id,
    state: 'linked',
    agreed: { entra, app: halfOf(entry) },
    dirty: null,
    wakeDue: returns,
  };
  const kind = countedKind(link.kind);
  return {
    link: next,
    from,
    ...(counts && { count: { [`${kind}.${counts}`]: 1 } }),
    ...((isNew || link.state === 'removed') && { totals: { [kind]: 1 } }),
  };
}

function failed({ link, from }: Work, outcome: Outcome<Entry>, now: number): LaneWrite {
  if (outcome.ok) throw new Error('a success is no failure');
  const reasons = {
    taken: 'name-taken',
    changed: 'changed-meanwhile',
    refused: 'refused',
  } as const;
  const reason = outcome.reason === 'missing' ? 'refused' : reasons[outcome.reason];
  const state = link.appId === null ? 'unlinked' : link.state;
  return dirtied({ ...link, state }, from, { reason, now, detail: outcome.detail ?? '' });
}

/** The application no longer has the entry: the link is free, and due again soon. */
function unlinked({ link, from }: Work, now: number): LaneWrite {
  const free: Link = { ...link, appId: null, state: 'unlinked', agreed: null };
  const detail = 'the entry is gone from the application';
  const write = dirtied(free, from, { reason: 'changed-meanwhile', now, detail });
  return link.state === 'linked' ? { ...write, totals: { [countedKind(link.kind)]: -1 } } : write;
}

function dirtied(
  link: Link,
  from: Link | undefined,
  why: { reason: DirtyReason; now: number; detail: string },
): LaneWrite {
  const dirty = stillDirty(from?.dirty ?? link.dirty, why.reason, why);
  const count = { [`${countedKind(link.kind)}.failed`]: 1 };
  return { link: { ...link, dirty }, from, count };
}

/** What needs nothing of the application: it is saved if folding changed it. */
function settleWithout({ link, from, decision }: Work, now: number): LaneWrite[] {
  switch (decision.do) {
    case 'nothing':
      return link === from ? (link.wakeDue ? [{ link, from }] : []) : [{ link, from }];
    case 'bury': {
      const gone: Link = { ...link, state: 'gone', dirty: null };
      return [{ link: gone, from }];
    }
    case 'wait':
      if (from?.dirty?.reason === decision.reason && link === from) return [];
      return [dirtied(link, from, { reason: decision.reason, now, detail: decision.detail })];
    case 'remove': {
      if (from?.dirty?.reason === 'removal') return [];
      const dirty = { reason: 'removal', attempts: 1, due: now } as const;
      return [{ link: { ...link, dirty }, from, removals: 1 }];
    }
    default:
      return [];
  }
}

function withoutWake(write: LaneWrite): LaneWrite {
  return 'link' in write ? { ...write, link: { ...write.link, wakeDue: false } } : write;
}

function returnedLink(write: LaneWrite): Link[] {
  return 'link' in write && write.link.wakeDue ? [write.link] : [];
}
