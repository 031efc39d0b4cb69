import type { Outcome } from '../ports/application.ts';
import type { LaneWrite } from '../ports/lanes.ts';
import { countedKind } from '../sync/counters.ts';
import type { Attributes, Entry } from '../sync/entry.ts';
import { awaitDecision, type DirtyReason, type Half, type Link, stillDirty } from '../sync/link.ts';
import { type Merge, sameHalf, withhold } from '../sync/merge.ts';
import { type Decision, halfOf, lossOf } from '../sync/reconcile.ts';

/** A link as stored (undefined where there is none), as it is now, and what is to be done about it. */
export interface Work {
  readonly from: Link | undefined;
  readonly link: Link;
  readonly decision: Decision;
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
  readonly counts: 'created' | 'updated' | null;
  /** What the application is yet to lose, if the guard allows it. */
  readonly withheld?: Merge | null;
  readonly now: number;
}

/** Both sides have met: the link is clean, but for what is withheld. */
export function linked({ link, from }: Work, meeting: Meeting): LaneWrite {
  const { entra, entry, counts, withheld = null } = meeting;
  const isNew = link.appId === null;
  const returns = link.state === 'removed' ? 'again' : link.wakeDue;
  const met = { entra, app: halfOf(entry) };
  const next: Link = {
    ...link,
    appId: entry.id,
    state: 'linked',
    agreed: withheld ? withhold(met, withheld, link.agreed) : met,
    dirty: withheld ? lossOfValues(link, withheld, meeting.now) : null,
    wakeDue: isNew ? 'anew' : returns,
    kept: false,
    graceUntil: null,
  };
  const isBack = isNew || link.state === 'removed';
  const entitled = Number(isEntitled(next)) - (isBack ? 0 : Number(isEntitled(link)));
  const kind = countedKind(link.kind);
  return {
    link: next,
    from,
    ...(counts && { count: { [`${kind}.${counts}`]: 1 } }),
    ...((isBack || entitled !== 0) && {
      totals: { ...(isBack && { [kind]: 1 }), entitlements: entitled },
    }),
  };
}

/** Whether the application holds an entitlement of it. */
export function isEntitled({ agreed }: Link): boolean {
  return agreed?.app.attributes.entitlements !== undefined;
}

function lossOfValues(link: Link, withheld: Merge, now: number) {
  const lost = [
    ...(withheld.active === false ? ['active'] : []),
    ...withheld.clear,
    ...Object.keys(withheld.set),
  ];
  const evidence = `Entra's side no longer gives ${lost.sort().slice(0, 10).join(', ')}`;
  return awaitDecision(link.dirty, lossOf(link, withheld), { now, evidence });
}

/** Whether a meeting of both sides has changed nothing of what is stored. */
export function isSettled({ link, from }: Work, { entra, entry }: Meeting): boolean {
  if (link !== from || link.state !== 'linked' || link.dirty || link.wakeDue) return false;
  const { agreed } = link;
  return agreed !== null && sameHalf(agreed.entra, entra) && sameHalf(agreed.app, halfOf(entry));
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

/** The application no longer has the entry: the link is free, and due again soon. */
export function unlinked({ link, from }: Work, now: number): LaneWrite {
  const free: Link = { ...link, appId: null, state: 'unlinked', agreed: null };
  const detail = 'the entry is gone from the application';
  const write = dirtied(free, from, { reason: 'changed-meanwhile', now, detail });
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
  const count = { [`${countedKind(link.kind)}.failed`]: 1 };
  return { link: { ...link, dirty }, from, count };
}
