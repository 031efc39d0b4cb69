import type { StoredConnection } from '../../ports/connections.ts';
import type { EntraOutcome } from '../../ports/entra-writes.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { countedKind } from '../../sync/counters.ts';
import type { Entry } from '../../sync/entry.ts';
import { type Dirty, type DirtyReason, isFailure, type Link, stillDirty } from '../../sync/link.ts';
import { creationOf } from '../../sync/newcomers/draft.ts';
import { firstPassword } from '../../sync/newcomers/first-password.ts';
import { type NewcomerStep, newcomerStep } from '../../sync/newcomers/step.ts';
import { rulesOf } from '../../sync/rules/rules-of.ts';
import { readEntries } from '../entries/compare-entries.ts';
import { type Refused, tryEntra } from '../exports/try-entra.ts';
import { confirmLane } from '../lanes/confirm-lane.ts';
import type { LanePlace } from '../lanes/lane-work.ts';
import { remind } from '../lanes/remind.ts';
import { appOf, entraWritesOf, isOfSide } from '../sides.ts';
import { findOwn } from './find-own.ts';
import { type Made, tieBorn } from './tie-born.ts';
import { verifyLate } from './verify-late.ts';

type Needs = Pick<Services, 'lanes' | 'bus' | 'clock' | 'directories' | 'firstPasswords'>;

/** What a lane keeps of an entry that Entra may not know. */
export interface Wish {
  /** As stored; undefined where there is none. */
  readonly from: Link | undefined;
  readonly link: Link;
  /** What stood in its way before it was tried again. */
  readonly before?: Dirty | null;
}

type Going = Wish & { readonly entry: Entry | undefined; readonly step: NewcomerStep };

/** Single ones first: somebody may be waiting for them. */
const FEW = 10;

/**
 * Makes entries in Entra, each once: what is to be made is saved first, so that a crash behind the
 * request looks for what came of it, and the lane is asked for before the request is sent, so that
 * nobody else sends it. A sign-in name is free only if Entra says so by making it.
 */
export async function makeInEntra(
  needs: Needs,
  place: LanePlace,
  wishes: readonly Wish[],
): Promise<void> {
  if (wishes.length === 0) return;
  const going = await decided(needs, place.connection, wishes);
  const writes = new Map<string, LaneWrite>();
  const put = ({ from, link }: Wish, write: LaneWrite | undefined) => {
    if (write) writes.set((from ?? link).entraId, write);
  };
  const now = needs.clock.now();
  for (const one of going) {
    if (one.step.do === 'drop') put(one, one.from && { dropLink: one.from });
    if (one.step.do === 'fail') put(one, failed(one, { ...one.step, now }));
  }
  const looked = going.filter(({ step }) => step.do === 'look');
  const { found, isClear } = await lookedFor(needs, place.connection, looked);
  const unfound = (fate: 'make' | 'drop') =>
    looked.filter(({ link, step }) => {
      return isClear && !found.has(link.entraId) && step.do === 'look' && step.unfound === fate;
    });
  for (const one of unfound('drop')) put(one, { dropLink: one.link });
  const outcomes = await create(
    needs,
    place,
    await markedAll(needs, place, going, unfound('make')),
  );
  const late: readonly Made[] = going.flatMap(({ link, step }) => {
    const entraId = step.do === 'tie' ? step.entraId : found.get(link.entraId);
    return entraId === undefined ? [] : [{ link, entraId }];
  });
  const made = [...late];
  for (const [wish, outcome] of outcomes)
    if ('id' in outcome) made.push({ link: wish.link, entraId: outcome.id });
    else put(wish, failed(wish, { ...outcome, now }));
  await noteMade(needs, place, made);
  await tieBorn(needs, place.connection, made);
  await verifyLate(needs, place.connection, late);
  for (const { link } of made) put({ from: link, link }, dropped(link));
  // Nobody knows what came of them: they are looked for again.
  for (const one of looked) {
    if (writes.has(one.link.entraId)) continue;
    put(one, failed(one, { reason: 'newborn', detail: 'Entra may have made it', now }));
  }
  const all = [...writes.values()];
  await remind(needs, place.message, all);
  if (all.length > 0) place.lane = await needs.lanes.commit(place.lane, all);
}

/**
 * What was made may be deleted in Entra, and be found nowhere, before a crash on the way to its tie is
 * made up for: its id is saved first.
 */
async function noteMade(needs: Needs, place: LanePlace, made: readonly Made[]): Promise<void> {
  const notes = made.flatMap(({ link, entraId }): LaneWrite[] => {
    if (link.seen.made === entraId) return [];
    return [{ link: { ...link, seen: { ...link.seen, made: entraId } }, from: link }];
  });
  if (notes.length > 0) place.lane = await needs.lanes.commit(place.lane, notes);
}

async function decided(
  needs: Needs,
  connection: StoredConnection,
  wishes: readonly Wish[],
): Promise<readonly Going[]> {
  const ids = wishes.map(({ link: { kind, appId } }) => ({ kind, id: appId ?? '' }));
  const entries = await readEntries(appOf(needs, connection), ids);
  const how = {
    connectionId: connection.id,
    rules: rulesOf(connection),
    now: needs.clock.now(),
  };
  return wishes.map((wish) => {
    const entry = entries.get(wish.link.appId ?? '');
    return { ...wish, entry, step: newcomerStep(wish.link, entry, how) };
  });
}

/** @returns what was found, and whether Entra could be asked at all */
async function lookedFor(needs: Needs, connection: StoredConnection, looked: readonly Going[]) {
  const none: ReadonlyMap<string, string> = new Map();
  if (looked.length === 0) return { found: none, isClear: true };
  try {
    const links = looked.map(({ link }) => link);
    const found = await findOwn(entraWritesOf(needs, connection), connection, links);
    return { found, isClear: true };
  } catch (error) {
    if (!isOfSide(error, 'entra')) throw error;
    return { found: none, isClear: false };
  }
}

/**
 * Saved before every request, so that a crash behind it knows what to look for, and since when.
 * @param again those that are asked for once more
 */
async function markedAll(
  needs: Needs,
  place: LanePlace,
  going: readonly Going[],
  again: readonly Going[],
): Promise<readonly Wish[]> {
  const now = needs.clock.now();
  const asked = stillDirty(null, 'newborn', { now, detail: 'Entra is making it' });
  const begun = going.flatMap(({ link, from, step }) => {
    if (step.do !== 'make') return [];
    const password = link.seen.firstPassword ?? firstPassword();
    const seen = {
      properties: step.properties,
      ...(link.kind === 'user' && { firstPassword: password }),
    };
    return [{ link: { ...link, seen, dirty: asked }, from, before: from?.dirty ?? null }];
  });
  const repeated = again.map(({ link, from }) => {
    const dirty = { ...asked, attempts: link.dirty?.attempts ?? 1 };
    return { link: { ...link, dirty }, from, before: null };
  });
  const marks = [...begun, ...repeated];
  if (marks.length === 0) return [];
  await remind(needs, place.message, marks);
  place.lane = await needs.lanes.commit(place.lane, marks);
  return marks.map(({ link, before }) => ({ link, from: link, before }));
}

/** The id of what was made, or why it was not. */
type Outcome = { readonly id: string } | Refused;

function outcomeOf(made: EntraOutcome | undefined, refused: Refused | undefined): Outcome {
  if (made?.ok) return { id: made.id };
  return refused ?? { reason: 'entra-later', detail: 'Entra did not answer' };
}

async function create(
  needs: Needs,
  place: LanePlace,
  wishes: readonly Wish[],
): Promise<ReadonlyMap<Wish, Outcome>> {
  if (wishes.length === 0) return new Map();
  await confirmLane(needs, place.lane);
  const drafts = wishes.map(({ link: { kind, seen } }) => {
    return { kind, properties: creationOf(seen.properties, seen.firstPassword) };
  });
  const writes = entraWritesOf(needs, place.connection);
  const priority = wishes.length > FEW ? 'low' : 'high';
  let made: readonly EntraOutcome[] = [];
  const refusals = await tryEntra(drafts, async () => {
    made = await writes.create(drafts, priority);
    return made;
  });
  return new Map(wishes.map((wish, at) => [wish, outcomeOf(made[at], refusals[at])]));
}

function failed(
  { link, from, before }: Wish,
  { reason, detail, now }: { reason: DirtyReason; detail: string; now: number },
): LaneWrite {
  // Nobody knows whether it was made: since when decides when it may be made again.
  const isOpen = reason === 'entra-later' || reason === 'newborn';
  const known = isOpen ? 'newborn' : reason;
  // The same refusal once more: the pauses grow.
  const isSame = before?.reason === known;
  const dirty = stillDirty(isSame ? before : (from?.dirty ?? null), known, { now, detail });
  const count = { [`${countedKind(link.kind)}.failed`]: 1 };
  return { link: { ...link, dirty }, from, ...(isFailure({ reason: known }) && { count }) };
}

function dropped(link: Link): LaneWrite {
  return { dropLink: link, count: { [`${countedKind(link.kind)}.exported`]: 1 } };
}
