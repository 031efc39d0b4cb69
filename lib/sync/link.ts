import { z } from 'zod';
import type { Kind } from './entry.ts';
import type { LossKind } from './losses.ts';

const properties = z.record(z.string(), z.json());
const attributes = z.record(
  z.string(),
  z.union([z.string(), z.boolean(), z.array(z.string()).readonly()]),
);

/** A property as it was last written to Entra. */
const sentSchema = z.object({
  value: z.json(),
  /** What it was before that; several where it was written again within minutes. */
  before: z.array(z.json()),
  /** What Entra showed soon after: from before the write too, or somebody has set it since. */
  doubt: z.json().optional(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type Sent = z.infer<typeof sentSchema>;

/** The last known properties of an Entra object, folded item by item, removal evidence included. */
export const seenSchema = z.object({
  properties,
  /** The manager's Entra id; absent = nothing was said yet. */
  manager: z.string().nullable().optional(),
  /** Graph's last word on the object's removal, until it is proven alive again. */
  removed: z.enum(['changed', 'deleted']).optional(),
  /** What was written there in the last minutes, by property. */
  sent: z.record(z.string(), sentSchema).optional(),
  /** Of a user that is being made in Entra, until it is handed over. */
  firstPassword: z.string().optional(),
  /** The id of the object that was made of the entry, until the two are tied. */
  made: z.string().optional(),
});
export type Seen = z.infer<typeof seenSchema>;

export const halfSchema = z.object({ active: z.boolean(), attributes });
/** One side's half of what both held when they last met. */
export type Half = z.infer<typeof halfSchema>;

/** What both sides held when they last met, each side's value as that side returned it. */
export const agreedSchema = z.object({
  entra: halfSchema,
  app: halfSchema,
  /** The entry's version then; absent where it was not known, and on links from before. */
  version: z.string().optional(),
});
export type Agreed = z.infer<typeof agreedSchema>;

/**
 * | state | the application holds |
 * | --- | --- |
 * | unlinked | nothing of it |
 * | creating | perhaps an entry: a create was begun, look for it by externalId |
 * | linked | the entry `appId`, kept in step |
 * | removed | the entry `appId`, deactivated, or nothing where `appId` is null: Entra removed the object |
 * | gone | nothing any more: a tombstone |
 * | asked | the entry `appId`, which is to be made in Entra: its id there is not known |
 */
export type LinkState = 'unlinked' | 'creating' | 'linked' | 'removed' | 'gone' | 'asked';

/**
 * Why a link is dirty.
 *
 * | reason | what it waits for |
 * | --- | --- |
 * | removal | the run's decision about what is to be taken away |
 * | held | an administrator: the guard found the removals too many |
 * | incomplete | more of the item |
 * | newborn | the answer of Entra, which is making it; or the tie to the entry that it was made of |
 * | gathering | others for the same group: they are written together |
 * | contradicted | proof: the object is gone by the delta and there by its id |
 * | unproven | Entra, which could not be asked whether the object is there again |
 * | unavailable | the application, which is down |
 * | unmapped | other values: the rules cannot make an entry of these |
 * | existing | the end of an entry that was there before and is not to be touched |
 * | ambiguous | that only one entry matches |
 * | no-seat | a free seat of an entitlement |
 * | grace | the day on which the entry is to be deleted |
 * | name-taken, refused, changed-meanwhile, too-large | another try |
 * | entra-read-only | a change of the object: it is synced from on-premises, or mail-enabled |
 * | entra-denied | another try: the application lacks a permission, or a role over administrators |
 * | entra-taken, entra-refused | another try: Entra does not accept the value |
 * | entra-quota | another try: the tenant is full |
 * | entra-throttled | its turn: the tenant is written to too fast, and nothing of it was written |
 * | entra-later | another try: Entra could not be reached, or does not know the object yet |
 */
export const dirtyReasonSchema = z.enum([
  'removal',
  'held',
  'incomplete',
  'newborn',
  'gathering',
  'contradicted',
  'unproven',
  'unavailable',
  'unmapped',
  'existing',
  'ambiguous',
  'no-seat',
  'grace',
  'name-taken',
  'refused',
  'changed-meanwhile',
  'too-large',
  'entra-read-only',
  'entra-denied',
  'entra-taken',
  'entra-refused',
  'entra-quota',
  'entra-throttled',
  'entra-later',
]);
export type DirtyReason = z.infer<typeof dirtyReasonSchema>;

export interface Dirty {
  readonly reason: DirtyReason;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly due: number;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** In words, without personal data. */
  readonly detail?: string;
  /** What is to be taken away, as the guard counts it; absent where the application loses nothing. */
  readonly loss?: LossKind;
  /** What speaks for it, in words without personal data. */
  readonly evidence?: string;
  /** The guard holds it, also while something else keeps the link from being in step. */
  readonly isHeld?: boolean;
  /** An administrator's approval of just this holds until then; milliseconds since 1970. */
  readonly approvedUntil?: number;
}

/** The row that ties an Entra object to an application entry. Ids tie, never names. */
export interface Link {
  readonly kind: Kind;
  readonly entraId: string;
  readonly appId: string | null;
  readonly state: LinkState;
  readonly seen: Seen;
  readonly agreed: Agreed | null;
  readonly dirty: Dirty | null;
  /**
   * Groups (and reports) that wait for this link have not been told of it yet: that its entry is
   * there `again`, or was made `anew` and so has no memberships at all.
   */
  readonly wakeDue: 'again' | 'anew' | null;
  /** The run in which Entra last showed the object. */
  readonly sighted: string;
  /** An administrator rejected its removal: it stays as it is until the object returns. */
  readonly kept: boolean;
  /** Until when the inactive entry of a leaver is kept; milliseconds, null = it is not to be deleted. */
  readonly graceUntil: number | null;
  /**
   * The application may hold what has not reached Entra: both are compared, though Entra's side is as
   * it was.
   */
  readonly unmet: boolean;
  /**
   * The sync was about to switch its entry on or off. Until both are compared again, whether it is
   * active is nothing that the application says.
   */
  readonly switching: boolean;
  /**
   * The application itself has deleted the entry: what becomes of the object is still to be decided
   * (`waits`), or it was disabled or deleted in Entra.
   */
  readonly givenUp: GivenUp | null;
}

export const givenUpSchema = z.enum(['waits', 'disabled', 'deleted']);
export type GivenUp = z.infer<typeof givenUpSchema>;

/**
 * Whether a link is out of step because something went wrong; what waits for a decision, or for its
 * day, or is left alone on purpose, is not.
 */
export function isFailure(dirty: Pick<Dirty, 'reason'> | null): boolean {
  return dirty !== null && !NO_FAILURES.has(dirty.reason);
}

/** Whether Entra contradicts itself about an object: reads of it by its id settle that, and nothing else. */
export function isDoubted({ dirty }: Pick<Link, 'dirty'>): boolean {
  return dirty?.reason === 'contradicted' || dirty?.reason === 'unproven';
}

const NO_FAILURES: ReadonlySet<DirtyReason> = new Set([
  'removal',
  'held',
  'existing',
  'grace',
  'newborn',
  'gathering',
  'entra-read-only',
  'entra-throttled',
]);

/** What other lanes need to know of a link, readable without opening a seal. */
export type LinkTie = Pick<Link, 'kind' | 'entraId' | 'appId' | 'state' | 'sighted'>;

const MINUTE = 60_000;
const RETRY_AFTER = [MINUTE, 5 * MINUTE, 30 * MINUTE, 6 * 60 * MINUTE] as const;
const DAY = 24 * 60 * MINUTE;

/** What waits for more to be said is never due by itself. */
export const NEVER = 999_999_999_999_999;

/** Who comes to the same group within this time is written together. */
export const GATHERING_MILLISECONDS = 30_000;

/** A name is often given up in the same round in which another claims it. */
const NAME_MILLISECONDS = 5_000;

/**
 * A link that could not be brought in step: due again after 1, 5, 30 min, 6 h, then daily; where a
 * name was taken, after 5 s first; whoever waits for a turn every minute. What the application's outage left undone is due at once.
 */
export function stillDirty(
  before: Dirty | null,
  reason: DirtyReason,
  at: { now: number; detail?: string },
): Dirty {
  // A removal that is tried and fails goes on counting, though it waits for a decision in between.
  const isSame = before?.reason === reason || before?.reason === 'removal';
  const attempts = isSame ? before.attempts + 1 : 1;
  const since = isSame ? before.since : at.now;
  const waits = reason === 'name-taken' ? [NAME_MILLISECONDS, ...RETRY_AFTER] : RETRY_AFTER;
  const later = at.now + (waits[attempts - 1] ?? DAY);
  const due = dueOf(reason, { now: at.now, later });
  const detail = at.detail === undefined ? {} : { detail: at.detail };
  return { reason, attempts, due, since, ...detail, ...lossOfDirty(before) };
}

/** When a link of this reason is looked at again. */
function dueOf(reason: DirtyReason, { now, later }: { now: number; later: number }): number {
  if (reason === 'incomplete' || reason === 'entra-read-only') return NEVER;
  if (reason === 'unavailable') return now;
  if (reason === 'entra-throttled') return now + MINUTE;
  if (reason === 'gathering') return now + GATHERING_MILLISECONDS;
  // It may be years before somebody takes it away.
  return reason === 'existing' ? now + DAY : later;
}

/** What is to be taken away stays so, and held or approved, whatever else goes wrong meanwhile. */
function lossOfDirty(dirty: Dirty | null): Partial<Dirty> {
  if (!dirty?.loss) return {};
  const { loss, evidence, isHeld, approvedUntil } = dirty;
  return {
    loss,
    ...(evidence !== undefined && { evidence }),
    ...(isHeld && { isHeld }),
    ...(approvedUntil !== undefined && { approvedUntil }),
  };
}

/**
 * A removal that waits for a decision.
 *
 * | before | then |
 * | --- | --- |
 * | the same loss, for the same reason | as before: held or approved where it was |
 * | held, the same kind of loss for another reason | held, but older verdicts do not mean it |
 * | anything else | it waits for a decision; approvals of other things are void |
 */
export function awaitDecision(
  before: Dirty | null,
  loss: LossKind | undefined,
  { now, evidence }: { readonly now: number; readonly evidence: string },
): Dirty {
  const waits = before?.reason === 'removal' || before?.reason === 'held';
  const isSameKind = before !== null && before.loss === loss;
  if (isSameKind && before.evidence === evidence) {
    if (waits) return before;
    const { detail: _, ...kept } = before;
    return { ...kept, reason: before.isHeld ? 'held' : 'removal', due: now };
  }
  const attempts = isSameKind ? before.attempts : 0;
  const next = { attempts, due: now, since: now, evidence, ...(loss && { loss }) };
  if (isSameKind && before.isHeld) return { ...next, reason: 'held', isHeld: true };
  return { ...next, reason: 'removal' };
}
