import type { Outcome } from '../../ports/application.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Wrote } from '../../sync/audit/audit-entry.ts';
import { type Counted, countedKind } from '../../sync/counters.ts';
import type { Attributes, Entry } from '../../sync/entry.ts';
import {
  type Agreed,
  awaitDecision,
  type Dirty,
  type DirtyReason,
  type Half,
  isFailure,
  type Link,
  type Seen,
  stillDirty,
} from '../../sync/link.ts';
import { evidenceOfLoss } from '../../sync/loss-evidence.ts';
import { type Merge, sameHalf, type Unsettled, unsettledBy, withhold } from '../../sync/merge.ts';
import {
  type Decision,
  halfOf,
  lossOf,
  type Settlement,
  type Withheld,
} from '../../sync/reconcile.ts';

/** A link as stored (undefined where there is none), as it is now, and what is to be done about it. */
export interface Work {
  readonly from: Link | undefined;
  readonly link: Link;
  readonly decision: Decision;
  /** Entra has just shown the object. */
  readonly isShown?: boolean;
}

/** The same with other attributes for the application; what writes none is left as it is. */
export function withAttributes(work: Work, change: (attributes: Attributes) => Attributes): Work {
  const { decision } = work;
  if (decision.do !== 'create' && decision.do !== 'compare') return work;
  const { entra } = decision;
  return {
    ...work,
    decision: { ...decision, entra: { ...entra, attributes: change(entra.attributes) } },
  };
}

/** How two sides have met. */
export interface Meeting {
  readonly entra: Half;
  readonly entry: Entry;
  /** What was done about it. */
  readonly counts: readonly Counted[];
  /** What differs still: what is to be taken away, if the guard allows it, and what is left so. */
  readonly settlement?: Settlement;
  /** What Entra did not take, and why. */
  readonly unsent?: {
    readonly merge: Merge;
    readonly reason: DirtyReason;
    readonly detail: string;
  };
  /** What is known of the object since it was written to; as before where it was not. */
  readonly seen?: Seen;
  readonly now: number;
}

/** Both sides have met: the link is clean, but for what is withheld, or was refused. */
export function linked({ link, from }: Work, meeting: Meeting): LaneWrite {
  const { entry, seen = link.seen } = meeting;
  const isNew = link.appId === null;
  const returns = link.wakeDue ?? (link.state === 'removed' ? 'again' : null);
  const next: Link = {
    ...link,
    seen,
    appId: entry.id,
    state: 'linked',
    agreed: agreedAfter(link, meeting),
    dirty: dirtyAfter(link, meeting),
    wakeDue: isNew ? 'anew' : returns,
    kept: false,
    graceUntil: null,
    unmet: (meeting.settlement?.withheld ?? meeting.unsent ?? null) !== null,
    switching: link.switching && openParts(meeting).some(({ active }) => active),
    givenUp: null,
  };
  const isBack = isNew || link.state === 'removed';
  const entitled = Number(isEntitled(next)) - (isBack ? 0 : Number(isEntitled(link)));
  const kind = countedKind(link.kind);
  const wrote = wroteIn(meeting);
  const conflicted: Counted[] = wrote.conflicts ? ['conflicted'] : [];
  const counts = [...meeting.counts, ...conflicted, ...countsOfUnsent(from, meeting)];
  return {
    link: next,
    from,
    wrote,
    ...(counts.length > 0 && {
      count: Object.fromEntries(counts.map((counted) => [`${kind}.${counted}`, 1])),
    }),
    ...((isBack || entitled !== 0) && {
      totals: { ...(isBack && { [kind]: 1 }), entitlements: entitled },
    }),
  };
}

/** Which attributes were written, and who won where both sides had changed them. */
function wroteIn({ counts, settlement, unsent }: Meeting): Wrote {
  const isExported = counts.includes('exported') || counts.includes('disabledInEntra');
  const app = counts.length > Number(isExported) ? namesIn(settlement?.write) : [];
  const entra = isExported ? namesIn(settlement?.export) : [];
  const active = app.includes('active') ? settlement?.write?.active : undefined;
  const conflicts = settlement?.conflicts ?? [];
  const won = {
    entra: conflicts.filter((name) => app.includes(name)),
    app: conflicts.filter((name) => entra.includes(name)),
  };
  return {
    ...(app.length > 0 && { app }),
    ...(entra.length > 0 && { entra }),
    ...(unsent && { refused: namesIn(unsent.merge) }),
    ...(won.entra.length + won.app.length > 0 && { conflicts: won }),
    ...(active !== undefined && { active }),
  };
}

function namesIn(merge: Merge | null | undefined): readonly string[] {
  if (!merge) return [];
  const { names, active } = unsettledBy(merge);
  return active ? [...names, 'active'] : names;
}

/** What both sides hold in common now; of what differs still, what they agreed on before. */
function agreedAfter({ agreed }: Link, meeting: Meeting): Agreed {
  const { entra, entry } = meeting;
  const { version } = entry;
  return { ...withhold({ entra, app: halfOf(entry) }, openParts(meeting), agreed), version };
}

/** In what both sides have not met. */
function openParts({ settlement, unsent }: Meeting): Unsettled[] {
  const { app, entra } = settlement?.withheld ?? { app: null, entra: null };
  const merges = [app, entra, unsent?.merge ?? null].filter((merge) => merge !== null);
  return [...(settlement ? [settlement.left] : []), ...merges.map(unsettledBy)];
}

function dirtyAfter(link: Link, { settlement, unsent, now }: Meeting): Dirty | null {
  if (settlement?.withheld) return lossOfValues(link, settlement.withheld, now);
  if (!unsent) return null;
  const { reason, detail } = unsent;
  const {
    loss: _,
    evidence: __,
    isHeld: ___,
    approvedUntil: ____,
    ...dirty
  } = stillDirty(link.dirty, reason, { now, detail });
  return dirty;
}

/** What Entra never takes is no failure, and counts when it is first found. */
function countsOfUnsent(from: Link | undefined, { unsent }: Meeting): Counted[] {
  if (!unsent) return [];
  if (unsent.reason !== 'entra-read-only') return ['failed'];
  return from?.dirty?.reason === unsent.reason ? [] : ['skipped'];
}

/** Whether the application holds an entitlement of it. */
export function isEntitled({ agreed }: Link): boolean {
  return agreed?.app.attributes.entitlements !== undefined;
}

function lossOfValues(link: Link, withheld: Withheld, now: number): Dirty {
  const said = [
    ...(withheld.app ? [evidenceOfLoss('app', namesIn(withheld.app))] : []),
    ...(withheld.entra ? [evidenceOfLoss('entra', namesIn(withheld.entra))] : []),
  ];
  return awaitDecision(link.dirty, lossOf(link, withheld), { now, evidence: said.join('; ') });
}

/** Whether a meeting of both sides has changed nothing of what is stored. */
export function isSettled({ link, from }: Work, meeting: Meeting): boolean {
  const { agreed, dirty, state, switching, unmet, wakeDue } = link;
  if (link !== from || state !== 'linked' || dirty || wakeDue || unmet || switching) return false;
  const next = agreedAfter(link, meeting);
  return agreed !== null && sameHalf(agreed.entra, next.entra) && sameHalf(agreed.app, next.app);
}

export function failed({ link, from }: Work, outcome: Outcome<Entry>, now: number): LaneWrite {
  if (outcome.ok) throw new Error('a success is no failure');
  const reasons = {
    taken: 'name-taken',
    changed: 'changed-meanwhile',
    refused: 'refused',
  } as const;
  const reason = outcome.reason === 'missing' ? 'refused' : reasons[outcome.reason];
  const state = link.appId === null ? 'unlinked' : link.state;
  return dirtied({ ...link, state }, from, { reason, now, detail: outcome.detail ?? reason });
}

/** The application no longer has the entry: it is looked for once more, soon. */
export function missing({ link, from }: Work, now: number): LaneWrite {
  return dirtied(link, from, { reason: 'changed-meanwhile', now, detail: GONE });
}

const GONE = 'the entry is gone from the application';
const NOTHING_OPEN = { switching: false, givenUp: null } as const;

/** The application no longer has the entry: the link is free, and due again soon. */
export function unlinked({ link, from }: Work, now: number): LaneWrite {
  const free: Link = { ...link, appId: null, state: 'unlinked', agreed: null, ...NOTHING_OPEN };
  const write = dirtied(free, from, { reason: 'changed-meanwhile', now, detail: GONE });
  const entitlements = -Number(isEntitled(link));
  return link.state === 'linked'
    ? { ...write, totals: { [countedKind(link.kind)]: -1, entitlements } }
    : write;
}

export function dirtied(
  link: Link,
  from: Link | undefined,
  why: { reason: DirtyReason; now: number; detail: string },
): LaneWrite {
  const dirty = stillDirty(from?.dirty ?? link.dirty, why.reason, why);
  const count = isFailure(why) ? { [`${countedKind(link.kind)}.failed`]: 1 } : {};
  return { link: { ...link, dirty, unmet: link.appId !== null }, from, count };
}
