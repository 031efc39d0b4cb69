import type { LaneWrite } from '../../ports/lanes.ts';
import { awaitDecision, type Dirty, isDoubted, type Link } from '../../sync/link.ts';
import { lossOfRemoval, type Removal } from '../../sync/reconcile.ts';
import { dirtied, type Work } from './link-writes.ts';

/** What needs nothing of the application: it is saved if folding changed it. */
export function settleWithout({ link, from, decision, isShown }: Work, now: number): LaneWrite[] {
  switch (decision.do) {
    case 'nothing': {
      // Whatever was wrong with it is over, unless this very item is what is wrong.
      const isSame = link.dirty !== null && link.dirty === from?.dirty;
      const isOver = isSame && (isShown || !isDoubted(link));
      const clean = isOver ? { ...link, dirty: null } : link;
      return isAsStored(clean, from) ? [] : [{ link: clean, from }];
    }
    case 'wait': {
      const { reason, detail } = decision;
      const known = from?.dirty?.reason === reason ? from.dirty : null;
      const isNoLook = known !== null && isEarly(known, now);
      if (known && isAsStored(link, from) && (isNoLook || reason !== 'newborn')) return [];
      return isNoLook ? [{ link, from }] : [dirtied(link, from, { reason, now, detail })];
    }
    case 'remove': {
      const loss = lossOfRemoval(link, decision);
      const evidence = removalEvidence(link, decision);
      const dirty = awaitDecision(link.dirty, loss, { now, evidence });
      if (isAsStored(link, from) && dirty === link.dirty) return [];
      return [{ link: { ...link, dirty }, from }];
    }
    default:
      return [];
  }
}

/** Nothing is to be saved, and nobody to be told: a crash may have come in between the two. */
function isAsStored(link: Link, from: Link | undefined): boolean {
  return link === from && !link.wakeDue;
}

/** Looks at a newborn count, and what is said of it between them is none. */
function isEarly({ reason, due }: Dirty, now: number): boolean {
  return reason === 'newborn' && due > now;
}

const DELETED_BY_APP = 'the application deleted the entry';

/** Why an object is to be taken away, as the administrator is told. */
export function removalEvidence({ dirty, seen }: Link, { why }: Removal): string {
  if ('left' in why) return `the rule ${why.left} leaves it out`;
  if ('inEntra' in why) return DELETED_BY_APP;
  const known = dirty?.evidence;
  // A full run that did not show it has said more already.
  if (known?.startsWith('a full reading') && seen.removed === 'changed') return known;
  const how = seen.removed === 'deleted' ? 'for good' : 'it can be restored';
  return `Entra reported the object as removed (${how})`;
}
