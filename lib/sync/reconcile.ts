import type { Entry } from './entry.ts';
import type { ExpressionContext } from './expressions/evaluate.ts';
import { asserted, type Flow, type Flows, importAlone } from './flow.ts';
import { deletionOf, isAbandoned, isOff } from './given-up.ts';
import type { Agreed, DirtyReason, Half, Link } from './link.ts';
import type { LossKind } from './losses.ts';
import { isEmpty, type Merge, mergeSides, sameHalf, takeApart, type Unsettled } from './merge.ts';
import type { Export } from './rules/exports.ts';
import { map, type Trace } from './rules/map.ts';
import { matchesName } from './rules/name-patterns.ts';
import type { Rules } from './rules/rules.ts';
import type { Standing } from './rules/standing.ts';

/** What is to be done about a link, and why. */
export type Decision =
  | { readonly do: 'nothing' }
  /** The application has no entry: create one. */
  | { readonly do: 'create'; readonly entra: Half; readonly flows: Flows<Export> }
  /** The sides may differ: read the application's entry, then {@link settle}. */
  | Compare
  /** The object is gone, or takes no part any more; the run decides when. */
  | Removal
  /** Not possible yet; the reason says what is missing. */
  | { readonly do: 'wait'; readonly reason: DirtyReason; readonly detail: string };

export interface Compare {
  readonly do: 'compare';
  readonly appId: string;
  readonly entra: Half;
  readonly flows: Flows<Export>;
}

export interface Removal {
  readonly do: 'remove';
  /**
   * Entra removed the object, or it has left the scope by this rule; or the application has deleted
   * its entry, and this is to be done to the object in Entra.
   */
  readonly why:
    | { readonly gone: 'changed' | 'deleted' }
    | { readonly left: string }
    | { readonly inEntra: 'disable' | 'delete' };
  /** Null where the application holds nothing of it any more: only edges are left. */
  readonly appId: string | null;
  readonly how: 'deactivate' | 'delete';
  /** The entry is inactive first, and deleted after so many days. */
  readonly graceDays?: number;
}

/** Under which circumstances a link is decided on. */
export interface Moment {
  /** Compare even where Entra's side has not changed: the application's may have. */
  readonly reassert?: boolean;
  readonly context: ExpressionContext;
  /** Is told how an object in the scope is mapped. */
  readonly trace?: Trace;
}

/**
 * Decides what a link needs from what is known of Entra's side alone. Groups know no inactive state
 * in SCIM (RFC 7643 section 4.2), so they are deleted and made anew when they return.
 */
export function reconcile(
  link: Link,
  rules: Rules,
  standing: Standing,
  { reassert = false, context, trace }: Moment,
): Decision {
  const { removed } = link.seen;
  const flows = flowsOf(link, rules, standing);
  if (!flows.others.toApp && !hasExports(flows)) return { do: 'nothing' };
  if (!flows.others.toApp && (removed || standing.is === 'out' || link.appId === null))
    return { do: 'nothing' };
  if (removed) return reconcileGone(link, rules, removed, context.now);
  if (standing.is === 'out') return reconcileLeft(link, rules, standing, context.now);
  if (isAbandoned(link)) return { do: 'nothing' };
  const deletion = link.givenUp === 'waits' ? deletionOf(rules, link.kind) : 'keep';
  if (deletion !== 'keep') return removalInEntra(link, deletion);
  const place = { before: metBefore(link), context, trace };
  const { half, fault } = map(link.kind, link.seen.properties, rules, place);
  if (fault !== null) {
    // Of an entry that is there as well: what it must have is never cleared.
    const isUnsaid = Object.keys(link.seen.properties).length === 0;
    return { do: 'wait', reason: isUnsaid ? 'incomplete' : 'unmapped', detail: fault };
  }
  const entra = withStanding(half, standing, rules);
  if (link.appId === null) return { do: 'create', entra, flows };
  const isOpen = link.kept || link.unmet || link.switching || link.givenUp !== null;
  const isMet = link.state === 'linked' && !isOpen;
  const same = isMet && link.agreed !== null && sameHalf(entra, link.agreed.entra);
  return same && !reassert ? { do: 'nothing' } : { do: 'compare', appId: link.appId, entra, flows };
}

/** Which ways values flow for one object. */
function flowsOf(link: Link, { flows }: Rules, standing: Standing): Flows<Export> {
  const own = flows[link.kind];
  return { ...own, active: activeFlow(link, own.active, standing) };
}

/**
 * Whoever the rules refuse is inactive, whoever says otherwise. Where both sides never met nobody has
 * switched anything, and what the sync itself has switched is no wish of the application.
 */
function activeFlow({ agreed, switching }: Link, own: Flow, { is }: Standing): Flow {
  if (switching) return asserted(own.toApp);
  return is === 'in' && agreed !== null ? own : importAlone(own.toApp);
}

function hasExports({ attributes, active }: Flows): boolean {
  return attributes.size > 0 || active.toEntra;
}

/** What a new entry holds: not what flows to Entra alone. */
export function newHalf(entra: Half, { attributes }: Flows): Half {
  if (attributes.size === 0) return entra;
  const isOwn = (name: string) => attributes.get(name)?.toApp !== false;
  const own = Object.entries(entra.attributes).filter(([name]) => isOwn(name));
  return { ...entra, attributes: Object.fromEntries(own) };
}

const NEVER_MET: Half = { active: true, attributes: {} };

/** What Entra's side came to when both last met; undefined where the application has no entry. */
export function metBefore({ appId, agreed }: Pick<Link, 'appId' | 'agreed'>): Half | undefined {
  return appId === null ? undefined : (agreed?.entra ?? NEVER_MET);
}

/** What an object's standing adds to what its properties come to. */
function withStanding(half: Half, { is, entitlements }: Standing, { settings }: Rules): Half {
  const active = half.active && is === 'in';
  if (settings.entitlements.length === 0 || entitlements.length === 0)
    return active === half.active ? half : { ...half, active };
  return { active, attributes: { ...half.attributes, entitlements } };
}

function reconcileGone(
  link: Link,
  { settings }: Rules,
  gone: 'changed' | 'deleted',
  now: number,
): Decision {
  const { users, groups } = settings;
  const own = link.kind === 'user' ? users : groups;
  const policy = gone === 'changed' ? own.softDeleted : own.deleted;
  if (link.state === 'gone' || link.kept) return { do: 'nothing' };
  // Nothing to take away, but a removal all the same: it is confirmed by id like any other.
  if (link.appId === null) {
    const isDone = link.state === 'removed' && gone === 'changed';
    return isDone ? { do: 'nothing' } : { do: 'remove', why: { gone }, appId: null, how: 'delete' };
  }
  return removal(link, settings, { policy, why: { gone }, now });
}

function reconcileLeft(link: Link, { settings }: Rules, { rule }: Standing, now: number): Decision {
  if (link.appId === null || link.kept) return { do: 'nothing' };
  const policy = link.kind === 'user' ? settings.users.leaving : settings.groups.leaving;
  return removal(link, settings, { policy, why: { left: rule ?? '' }, now });
}

/** The application has deleted the entry by its own hand. */
function removalInEntra({ appId }: Link, inEntra: 'disable' | 'delete'): Removal {
  const how = inEntra === 'disable' ? 'deactivate' : 'delete';
  return { do: 'remove', why: { inEntra }, appId, how };
}

/** A removal as the settings want it; nothing where it is done. */
function removal(
  link: Link,
  { users }: Rules['settings'],
  {
    policy,
    why,
    now,
  }: { policy: 'deactivate' | 'delete' | 'keep'; now: number } & Pick<Removal, 'why'>,
): Decision {
  const { appId, state } = link;
  if (policy === 'keep' || appId === null) return { do: 'nothing' };
  const isInactive = state === 'removed';
  const isUser = link.kind === 'user';
  const rests = { do: 'remove', why, appId, how: 'deactivate' } as const;
  if (policy === 'deactivate' || (isUser && isNeverDeleted(link, users.neverDelete)))
    return isInactive ? { do: 'nothing' } : rests;
  if (!isUser || users.graceDays === 0) return { do: 'remove', why, appId, how: 'delete' };
  if (!isInactive) return { ...rests, graceDays: users.graceDays };
  const isOver = link.graceUntil === null || now >= link.graceUntil;
  return isOver ? { do: 'remove', why, appId, how: 'delete' } : { do: 'nothing' };
}

/** By the name in the application, and by the one in Entra: either protects. */
function isNeverDeleted({ agreed, seen }: Link, patterns: readonly string[]): boolean {
  const names = [agreed?.app.attributes.userName, seen.properties.userPrincipalName];
  return names.some((name) => typeof name === 'string' && matchesName(name, patterns));
}

/** What a comparison with the application's entry comes to; null where there is nothing of it. */
export interface Settlement {
  /** To be written to the application now. */
  readonly write: Merge | null;
  /** To be written to Entra now. */
  readonly export: Merge | null;
  /** What is to be taken away from either side, once the guard has allowed it. */
  readonly withheld: Withheld | null;
  readonly conflicts: readonly string[];
  /** What differs and is left so. */
  readonly left: Unsettled;
}

/** What each side is to lose. */
export interface Withheld {
  readonly app: Merge | null;
  readonly entra: Merge | null;
}

/**
 * Merges Entra's half with the application's entry as read now.
 * @param agreed null where the sides never met: adoption
 */
export function settle(
  { entra, flows }: Pick<Compare, 'entra' | 'flows'>,
  app: Entry,
  agreed: Agreed | null,
  how: { readonly reassert: boolean; readonly mayRemove: boolean },
): Settlement {
  const { reassert, mayRemove } = how;
  const merges = mergeSides(entra, halfOf(app), agreed, { flows, reassert });
  const inApp = takeApart(merges.app, app.attributes);
  const inEntra = takeApart(merges.entra, entra.attributes);
  const { conflicts, left } = merges;
  if (!inApp.losses && !inEntra.losses)
    return { write: inApp.gains, export: inEntra.gains, withheld: null, conflicts, left };
  if (!mayRemove) {
    const withheld = { app: inApp.losses, entra: inEntra.losses };
    return { write: inApp.gains, export: inEntra.gains, withheld, conflicts, left };
  }
  const [write, toEntra] = [notEmpty(merges.app), notEmpty(merges.entra)];
  return { write, export: toEntra, withheld: null, conflicts, left };
}

function notEmpty(merge: Merge): Merge | null {
  return isEmpty(merge) ? null : merge;
}

/** What the removal of an object, or of some of its values, counts as; the same on either side. */
export function lossOf(link: Pick<Link, 'kind'>, withheld: Withheld | 'entry'): LossKind {
  if (withheld === 'entry') return kindOfLoss(link.kind);
  const merges = [withheld.app, withheld.entra].filter((merge) => merge !== null);
  if (merges.some(({ active }) => active !== undefined)) return kindOfLoss(link.kind);
  const lost = merges.flatMap(({ clear, set }) => [...clear, ...Object.keys(set)]);
  return lost.includes('entitlements') ? 'entitlements' : 'attributes';
}

function kindOfLoss(kind: Link['kind']): LossKind {
  return kind === 'user' ? 'users' : 'groups';
}

/** What a removal counts as; undefined where neither side loses anything. */
export function lossOfRemoval(
  link: Pick<Link, 'kind' | 'seen'>,
  { appId, why }: Removal,
): LossKind | undefined {
  const isDone = 'inEntra' in why && why.inEntra === 'disable' && isOff(link);
  return appId === null || isDone ? undefined : lossOf(link, 'entry');
}

/** An entry as one half of an agreement. */
export function halfOf(entry: Entry): Half {
  return { active: entry.active, attributes: { ...entry.attributes } };
}
