import { z } from 'zod';
import type { Kind } from './entry.ts';

const properties = z.record(z.string(), z.json());
const attributes = z.record(
  z.string(),
  z.union([z.string(), z.boolean(), z.array(z.string()).readonly()]),
);

/** The last known properties of an Entra object, folded item by item, removal evidence included. */
export const seenSchema = z.object({
  properties,
  /** The manager's Entra id; absent = nothing was said yet. */
  manager: z.string().nullable().optional(),
  /** Graph's last word on the object's removal, until it is proven alive again. */
  removed: z.enum(['changed', 'deleted']).optional(),
});
export type Seen = z.infer<typeof seenSchema>;

const halfSchema = z.object({ active: z.boolean(), attributes });
/** One side's half of what both held when they last met. */
export type Half = z.infer<typeof halfSchema>;

/** What both sides held when they last met, each side's value as that side returned it. */
export const agreedSchema = z.object({ entra: halfSchema, app: halfSchema });
export type Agreed = z.infer<typeof agreedSchema>;

/**
 * | state | the application holds |
 * | --- | --- |
 * | unlinked | nothing of it |
 * | creating | perhaps an entry: a create was begun, look for it by externalId |
 * | linked | the entry `appId`, kept in step |
 * | removed | the entry `appId`, deactivated, or nothing where `appId` is null: Entra removed the object |
 * | gone | nothing any more: a tombstone |
 */
export type LinkState = 'unlinked' | 'creating' | 'linked' | 'removed' | 'gone';

/** Why a link is dirty. `removal` waits for the run's decision, `incomplete` for more of
 * the item; `contradicted`: the object is gone by the delta and there by its id. */
export type DirtyReason =
  | 'incomplete'
  | 'removal'
  | 'contradicted'
  | 'name-taken'
  | 'refused'
  | 'changed-meanwhile'
  | 'too-large';

export interface Dirty {
  readonly reason: DirtyReason;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly due: number;
  /** In words, without personal data. */
  readonly detail?: string;
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
}

/** What other lanes need to know of a link, readable without opening a seal. */
export type LinkTie = Pick<Link, 'kind' | 'entraId' | 'appId' | 'state'>;

const MINUTE = 60_000;
const RETRY_AFTER = [MINUTE, 5 * MINUTE, 30 * MINUTE, 6 * 60 * MINUTE] as const;
const DAY = 24 * 60 * MINUTE;

/** A name is often given up in the same round in which another claims it. */
const NAME_MILLISECONDS = 5_000;

/**
 * A link that could not be brought in step: due again after 1, 5, 30 min, 6 h, then daily; where a
 * name was taken, after 5 s first.
 */
export function stillDirty(
  before: Dirty | null,
  reason: DirtyReason,
  at: { now: number; detail?: string },
): Dirty {
  const attempts = before?.reason === reason ? before.attempts + 1 : 1;
  const waits = reason === 'name-taken' ? [NAME_MILLISECONDS, ...RETRY_AFTER] : RETRY_AFTER;
  const due = at.now + (waits[attempts - 1] ?? DAY);
  return { reason, attempts, due, ...(at.detail !== undefined && { detail: at.detail }) };
}
