import { foldSent } from './entra-values.ts';
import type { Kind } from './entry.ts';
import type { Link } from './link.ts';
import type { Rules } from './rules/rules.ts';

/** What becomes of an object in Entra whose entry the application has deleted. */
export type Deletion = 'disable' | 'delete' | 'keep';

/** `keep`: the entry is made again. So it is where nothing of the kind reaches Entra. */
export function deletionOf({ settings: { users, groups } }: Rules, kind: Kind): Deletion {
  const own = kind === 'user' ? users : groups;
  return own.export ? own.exportDeletion : 'keep';
}

/** A link whose entry the application has deleted by its own hand: what becomes of it waits. */
export function bereft(link: Link): Link {
  return link.state === 'linked' && link.givenUp === null ? { ...link, givenUp: 'waits' } : link;
}

/**
 * An object that the application has given up, once that was carried out in Entra. What shows of it from
 * now on is known, and makes no entry.
 *
 * | it was | until |
 * | --- | --- |
 * | disabled | somebody enables it in Entra |
 * | deleted | Entra shows the deletion; then it is removed like any other |
 */
export function givenUp(link: Link, how: 'disable' | 'delete', now: number): Link {
  const free = { ...link, ...WITHOUT_ENTRY };
  if (how === 'delete') return { ...free, givenUp: 'deleted' };
  if (isOff(link)) return { ...free, givenUp: 'disabled' };
  const seen = foldSent(link.seen, { accountEnabled: false }, now);
  return { ...free, seen, givenUp: 'disabled' };
}

/** Whether its account is disabled, so that nothing is lost by disabling it. */
export function isOff({ seen }: Pick<Link, 'seen'>): boolean {
  return seen.properties.accountEnabled === false;
}

/** Whether nothing is to be made of an object until somebody wants it again. */
export function isAbandoned(link: Pick<Link, 'givenUp' | 'seen'>): boolean {
  if (link.givenUp === 'disabled') return isOff(link);
  return link.givenUp === 'deleted';
}

/** The object is wanted in the application again: it has no entry, and can be given one. */
export function wantedAgain(link: Link): Link {
  return link.givenUp === null ? link : { ...link, ...WITHOUT_ENTRY, givenUp: null, dirty: null };
}

const WITHOUT_ENTRY = {
  appId: null,
  state: 'unlinked',
  agreed: null,
  wakeDue: null,
  kept: false,
  graceUntil: null,
  unmet: false,
  switching: false,
} as const;
