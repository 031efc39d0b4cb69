import type { Draft, EntryStore, Outcome } from '../../ports/application.ts';
import type { Lane, LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { countedKind } from '../../sync/counters.ts';
import type { Entry } from '../../sync/entry.ts';
import { type Half, type Link, stillDirty } from '../../sync/link.ts';
import { newHalf } from '../../sync/reconcile.ts';
import type { Rules } from '../../sync/rules/rules.ts';
import type { Place } from '../lanes/fold-items.ts';
import { appOf } from '../sides.ts';
import { type Comparison, compareWith, type How } from './compare-entries.ts';
import { dirtied, failed, linked, type Work } from './link-writes.ts';
import { type Existing, matchExisting, settleHolders } from './match-existing.ts';

/** Saved before every create, so that a crash after it finds its own work by externalId. */
export async function markCreating(
  needs: Pick<Services, 'lanes'>,
  place: Place,
  creates: readonly Work[],
): Promise<Lane> {
  const marks = creates
    .filter(({ from }) => from?.state !== 'creating')
    .map(({ link, from }) => ({ link: begun(link, from), from }));
  return marks.length > 0 ? needs.lanes.commit(place.lane, marks) : place.lane;
}

/** Makes entries, adopts those that were there before, or leaves them alone. @returns what is to be saved */
export async function createEntries(
  needs: Pick<Services, 'lanes' | 'ties' | 'directories'>,
  place: Place,
  rules: Rules,
  creates: readonly Work[],
  how: How & { readonly slot: number },
): Promise<LaneWrite[]> {
  const app = appOf(needs, place.connection);
  const wanted = creates.flatMap(({ link, decision, from }) => {
    if (decision.do !== 'create') return [];
    const one: Work = { link: marked(link), from: begun(link, from), decision };
    const { entra, flows } = decision;
    const isRepeated = from?.dirty?.reason === 'name-taken';
    return [{ one, entra, flows, isRepeated, isBegun: from?.state === 'creating' }];
  });
  if (wanted.length === 0) return [];
  // Whose create was begun before finds its own work first.
  const unbegun = wanted.filter(({ isBegun }) => !isBegun);
  const known = await matchExisting(
    needs,
    place.connection,
    rules,
    unbegun.map(({ one, entra }) => ({ link: one.link, entra })),
  );
  const fresh = wanted.filter(({ one }) => !known.has(one.link.entraId));
  const drafts = fresh.map(({ one: { link }, entra, flows }) => ({
    kind: link.kind,
    externalId: link.entraId,
    ...newHalf(entra, flows),
  }));
  const repeated = fresh.flatMap(({ one, isRepeated }) => (isRepeated ? [one.link.entraId] : []));
  const outcomes =
    drafts.length > 0
      ? await createFreely(app, drafts, { ...how, repeated: new Set(repeated) })
      : [];
  const writes: LaneWrite[] = [];
  const own: Comparison[] = [];
  const taken: { one: Work; entra: Half; outcome: Outcome<Entry>; holder: Entry }[] = [];
  for (const [index, { one, entra, flows }] of fresh.entries()) {
    const outcome = outcomes[index];
    if (!outcome) continue;
    if (outcome.ok)
      writes.push(linked(one, { entra, entry: outcome.value, counts: ['created'], now: how.now }));
    // A create that is repeated after a crash: the entry is ours already.
    else if (outcome.holder?.externalId === one.link.entraId)
      own.push({ one, entry: outcome.holder, entra, flows });
    else if (outcome.reason === 'taken' && outcome.holder)
      taken.push({ one, entra, outcome, holder: outcome.holder });
    else writes.push(failed(one, outcome, how.now));
  }
  const holders = await settleHolders(
    needs,
    place.connection,
    rules,
    taken.map(({ one, holder }) => ({ link: one.link, holder })),
  );
  for (const { one, outcome } of taken)
    if (!holders.has(one.link.entraId)) writes.push(failed(one, outcome, how.now));
  const adopted: Comparison[] = [];
  for (const { one, entra, flows } of wanted) {
    const { entraId } = one.link;
    const existing = known.get(entraId) ?? holders.get(entraId);
    if (existing?.do === 'adopt')
      adopted.push({ one, entry: existing.entry, entra, flows, adopts: true });
    else if (existing) writes.push(leftAlone(one, existing, how.now));
  }
  const found = await compareWith(app, own, { ...how, counts: 'created' });
  const tied = await compareWith(app, adopted, { ...how, counts: 'updated' });
  return [...writes, ...found, ...tied];
}

/** Of an entry that was there before: nothing is created, and it is not touched. */
function leftAlone({ link, from }: Work, existing: Existing, now: number): LaneWrite {
  const free: Link = { ...link, state: 'unlinked' };
  if (existing.do === 'fail')
    return dirtied(free, from, { reason: 'ambiguous', now, detail: existing.detail });
  const detail = `the application had the entry ${existing.entry.id} before, and such are left alone`;
  const dirty = stillDirty(from?.dirty ?? link.dirty, 'existing', { now, detail });
  const isNews = from?.dirty?.reason !== 'existing';
  const count = { [`${countedKind(link.kind)}.skipped`]: 1 } as const;
  return { link: { ...free, dirty }, from, ...(isNews && { count }) };
}

/** Creates entries; where a name is taken that its holder yields, once more. */
async function createFreely(
  app: EntryStore,
  drafts: readonly Draft[],
  { slot, free, repeated }: How & { readonly slot: number; readonly repeated: ReadonlySet<string> },
): Promise<readonly Outcome<Entry>[]> {
  const outcomes = await app.create(drafts, slot);
  const again: number[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const holder = outcome.ok ? undefined : outcome.holder;
    const draft = drafts[index];
    if (!holder || !draft || holder.externalId === draft.externalId) continue;
    const isRepeated = draft.externalId !== undefined && repeated.has(draft.externalId);
    if (await free({ holder, wanted: draft.attributes.userName, isRepeated })) again.push(index);
  }
  if (again.length === 0) return outcomes;
  const second = await app.create(
    drafts.filter((_, index) => again.includes(index)),
    slot,
  );
  return outcomes.map((outcome, index) => second[again.indexOf(index)] ?? outcome);
}

/**
 * What is stored of a link whose create is under way: the mark of now, or one of before. A manager of
 * whom nobody was told yet is not: whoever tries again would take the word for an old one.
 */
function begun(link: Link, from: Link | undefined): Link {
  if (from?.state === 'creating') return from;
  const { manager: _, ...seen } = link.seen;
  const before = from?.seen.manager;
  return marked({ ...link, seen: before === undefined ? seen : { ...seen, manager: before } });
}

/** A link as it stands while its create is under way. */
function marked(link: Link): Link {
  return { ...link, state: 'creating', givenUp: null };
}
