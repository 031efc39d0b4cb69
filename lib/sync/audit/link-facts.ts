import { type Counted, type Counters, countedKind } from '../counters.ts';
import { valuesOf } from '../entry.ts';
import { type Dirty, isFailure, type Link } from '../link.ts';
import type { Cause, Fact, Wrote } from './audit-entry.ts';

/** A link as it was stored and as it is now, with what was written and counted. */
export interface LinkStep {
  readonly from: Link | undefined;
  readonly link: Link;
  readonly count?: Counters | undefined;
  readonly wrote?: Wrote | undefined;
}

/** What a step of a link tells of its object; nothing where nothing was done or decided. */
export function linkFacts(step: LinkStep, cause: Cause): Fact[] {
  const done = [...writtenFacts(step), ...conflictFacts(step), ...entitlementFacts(step)];
  const decided = dirtyFacts(step, cause);
  return done.length + decided.length > 0 ? [...done, ...decided] : overFacts(step, cause);
}

function writtenFacts({ from, link, count = {}, wrote = {} }: LinkStep): Fact[] {
  const has = (counted: Counted) => (count[`${countedKind(link.kind)}.${counted}`] ?? 0) > 0;
  const why = removalOf(from?.dirty);
  const isTied = from !== undefined && from.appId !== null;
  const isBack = wrote.active === true || (from?.state === 'removed' && link.state === 'linked');
  const updated = has('updated') ? namesOf(wrote.app) : undefined;
  return [
    ...(has('created') ? [{ did: 'created' as const }] : []),
    ...(updated && !isTied ? [{ did: 'adopted' as const, ...updated }] : []),
    ...(isBack && !has('created') && isTied ? [{ did: 'reactivated' as const }] : []),
    ...(updated?.attributes && isTied
      ? [{ did: 'updated' as const, ...updated, ...(link.dirty ? {} : why) }]
      : []),
    ...(has('deactivated') ? [{ did: 'deactivated' as const, ...why }] : []),
    ...(has('deleted') ? [{ did: 'deleted' as const, ...why }] : []),
    ...(has('exported') ? [{ did: 'exported' as const, ...allOf(wrote.entra) }] : []),
    ...(has('disabledInEntra')
      ? [{ did: 'disabled-in-entra' as const, ...namesOf(wrote.entra), ...why }]
      : []),
    ...(has('deletedInEntra') ? [{ did: 'deleted-in-entra' as const, ...why }] : []),
  ];
}

/** Why something is taken away: what spoke for it, and whether somebody had to approve. */
function removalOf(dirty: Dirty | null | undefined): Partial<Fact> {
  if (!dirty?.loss && dirty?.evidence === undefined) return {};
  const { loss, evidence, approvedUntil } = dirty;
  return {
    ...(loss && { loss }),
    ...(evidence !== undefined && { evidence }),
    ...(approvedUntil !== undefined && { approved: true }),
  };
}

function allOf(names: readonly string[] = []): Pick<Fact, 'attributes'> {
  return names.length > 0 ? { attributes: names.toSorted() } : {};
}

/** `active` is told by what it came to. */
function namesOf(names: readonly string[] = []): Pick<Fact, 'attributes'> {
  const attributes = names.filter((name) => name !== 'active').sort();
  return attributes.length > 0 ? { attributes } : {};
}

function conflictFacts({ wrote }: LinkStep): Fact[] {
  return (['entra', 'app'] as const).flatMap((winner): Fact[] => {
    const names = wrote?.conflicts?.[winner] ?? [];
    return names.length > 0 ? [{ did: 'conflict', winner, attributes: names.toSorted() }] : [];
  });
}

function entitlementFacts({ from, link }: LinkStep): Fact[] {
  const [before, after] = [entitlementsOf(from), entitlementsOf(link)];
  const given = after.filter((value) => !before.includes(value));
  const taken = before.filter((value) => !after.includes(value));
  return [
    ...(given.length > 0 ? [{ did: 'entitlements-given' as const, entitlements: given }] : []),
    ...(taken.length > 0 ? [{ did: 'entitlements-taken' as const, entitlements: taken }] : []),
  ];
}

function entitlementsOf(link: Link | undefined): readonly string[] {
  return link?.state === 'linked' ? valuesOf(link.agreed?.app.attributes.entitlements) : [];
}

/** What keeps a link from being in step, where that is news: every further try is not. */
function dirtyFacts({ from, link, wrote }: LinkStep, cause: Cause): Fact[] {
  const [before, after] = [from?.dirty ?? null, link.dirty];
  if (before?.reason === 'held' && after === null && cause === 'administrator')
    return [{ did: 'rejected', ...removalOf(before) }];
  if (!after) return [];
  const isSame = before?.reason === after.reason && before.detail === after.detail;
  if (after.reason === 'removal') {
    const isApproved = after.approvedUntil !== undefined && before?.approvedUntil === undefined;
    return isApproved ? [{ did: 'approved', ...removalOf(before) }] : [];
  }
  if (isSame) return [];
  if (after.reason === 'held') return [{ did: 'held', ...removalOf(after) }];
  const { reason, detail } = after;
  const said = { reason, ...(detail !== undefined && { detail }) };
  if (reason.startsWith('entra-')) return [{ did: 'refused', ...said, ...namesOf(wrote?.refused) }];
  if (isFailure(after)) return [{ did: 'failed', ...said }];
  return [{ did: reason === 'grace' ? 'waits' : 'skipped', ...said }];
}

/** A failure that is over without anything having been done. */
function overFacts({ from, link }: LinkStep, cause: Cause): Fact[] {
  const before = from?.dirty ?? null;
  if (!isFailure(before) || link.dirty !== null) return [];
  const did = cause === 'administrator' ? 'dismissed' : 'settled';
  return [{ did, ...(before && { reason: before.reason }) }];
}
