import type { LaneWrite } from '../../ports/lanes.ts';
import { foldRemoval } from '../../sync/fold.ts';
import { awaitDecision, type Link } from '../../sync/link.ts';
import { lossOfRemoval } from '../../sync/reconcile.ts';
import type { Judge } from '../entries/judge.ts';

/** What was found out about an object that was not shown. */
interface Absence {
  /** It is among the deleted objects. */
  readonly isRestorable: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What did not show it, in words. */
  readonly by: string;
}

/**
 * Notes that an object was not shown and is not found by its id: a removal that waits for a decision.
 * That it is not among the deleted objects either may be a replica's lag: it is taken for deleted for
 * good only where its removal was carried out before, so that nothing is deleted that can come back.
 */
export function noteMissing(
  judge: Judge,
  from: Link,
  { isRestorable, now, by }: Absence,
): LaneWrite[] {
  const isKnown = from.state === 'removed' && from.dirty === null;
  const removed = isKnown && !isRestorable ? 'deleted' : 'changed';
  const link = foldRemoval(from, removed);
  const decision = judge.decide(link);
  if (decision.do !== 'remove') return link === from ? [] : [{ link, from }];
  const loss = lossOfRemoval(link, decision);
  const where = isRestorable ? 'it is among the deleted objects' : 'it is not found by its id';
  const evidence = `${by} did not show the object, and ${where}`;
  const dirty = awaitDecision(from.dirty, loss, { now, evidence });
  return dirty === from.dirty && link === from ? [] : [{ link: { ...link, dirty }, from }];
}
