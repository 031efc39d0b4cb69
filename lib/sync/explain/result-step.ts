import { type Dirty, type Link, NEVER } from '../link.ts';
import type { Decision } from '../reconcile.ts';

/**
 * What became of it.
 *
 * | state | then |
 * | --- | --- |
 * | done | the application holds what it should |
 * | held | the guard holds what takes something away, for an administrator to decide |
 * | skipped | the application had an entry before, which is left alone |
 * | failed | something is in the way; it is tried again |
 * | pending | it takes longer than an answer may |
 */
export interface ResultStep {
  readonly step: 'result';
  readonly ok: boolean;
  readonly state: 'done' | 'held' | 'skipped' | 'failed' | 'pending';
  /** The application's id of the entry; null = it has none. */
  readonly appId: string | null;
  readonly reason?: Dirty['reason'];
  readonly detail: string;
  /** ISO 8601. */
  readonly nextTry?: string;
}

/** What a link shows after its lane was asked to bring it in step. */
export interface Outcome {
  /** Undefined where there is none yet. */
  readonly link: Link | undefined;
  /** What was read of the object is folded into it. */
  readonly isFolded: boolean;
  /** Nothing is left to be done about it. */
  readonly isAtRest: boolean;
  /** What it needs by what was read. */
  readonly decision: Decision;
  /** What was wrong with it before. */
  readonly before: Dirty | null;
}

/** @returns null while the lane is at it */
export function resultStep({
  link,
  isFolded,
  isAtRest,
  decision,
  before,
}: Outcome): ResultStep | null {
  if (!link) return null;
  if (isAtRest) return doneStep(link);
  const { dirty } = link;
  if (!dirty || dirty.reason === 'removal') return null;
  // It stays held for as long as nobody decides, whatever else is done about it.
  if (dirty.reason === 'held') return isFolded ? failure('held', link, dirty) : null;
  const isAwaited = decision.do === 'wait' && decision.reason === dirty.reason && isFolded;
  if (!isAwaited && sameTrouble(dirty, before)) return null;
  return failure(dirty.reason === 'existing' ? 'skipped' : 'failed', link, dirty);
}

/** Of a link with which all is well. */
export function doneStep(link: Link, detail?: string): ResultStep {
  const { appId } = link;
  return { step: 'result', ok: true, state: 'done', appId, detail: detail ?? stateOf(link) };
}

function stateOf({ appId, state, dirty }: Link): string {
  if (appId === null) return 'the application has no entry of it';
  if (state !== 'removed') return 'the application holds what it should';
  const end = dirty?.reason === 'grace' ? `, and is deleted on ${timeOf(dirty)}` : '';
  return `its entry is inactive${end}`;
}

/** @param link as it stands, with what it waits for */
export function pendingStep(link: Link | undefined): ResultStep {
  const waits = link?.dirty?.reason === 'removal';
  const detail = waits
    ? 'it takes something away, and the decision on that is under way'
    : 'it is under way; a dry run shows how far it is';
  const reason = waits ? { reason: 'removal' as const } : {};
  const appId = link?.appId ?? null;
  return { step: 'result', ok: false, state: 'pending', appId, ...reason, detail };
}

function failure(state: ResultStep['state'], { appId }: Link, dirty: Dirty): ResultStep {
  const { reason, detail } = dirty;
  const isHeld = state === 'held';
  const held = 'the guard holds what it takes away; approve or reject it (…/held)';
  return {
    step: 'result',
    ok: false,
    state,
    appId,
    reason,
    detail: isHeld ? held : (detail ?? reason),
    ...(!isHeld && dirty.due !== NEVER && { nextTry: timeOf(dirty) }),
  };
}

function timeOf({ due }: Dirty): string {
  return new Date(due).toISOString();
}

/** Every try leaves its mark: one more attempt, another time, other words. */
function sameTrouble(a: Dirty, b: Dirty | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
