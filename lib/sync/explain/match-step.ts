import type { Entry } from '../entry.ts';
import type { MatchingAttribute } from '../rules/matching.ts';

/**
 * What the application has of an object.
 *
 * | is | the application has |
 * | --- | --- |
 * | linked | the entry that is tied to it; null where that is gone |
 * | own | an entry that carries its id and is not tied yet |
 * | existing | an entry of its own that matches |
 * | ambiguous | several that match |
 * | taken | the user name it would have, at an entry that is tied to another object |
 * | none | nothing |
 */
export type Match =
  | { readonly is: 'linked'; readonly appId: string; readonly entry: Entry | null }
  | { readonly is: 'own'; readonly entry: Entry }
  | {
      readonly is: 'existing';
      readonly entry: Entry;
      readonly by: MatchingAttribute;
      readonly adopts: boolean;
    }
  | { readonly is: 'ambiguous'; readonly ids: readonly string[]; readonly by: MatchingAttribute }
  | { readonly is: 'taken'; readonly entry: Entry; readonly yields: boolean }
  | { readonly is: 'none' };

/** Which entry of the application belongs to the object. */
export interface MatchStep {
  readonly step: 'match';
  readonly ok: boolean;
  readonly is: Match['is'];
  /** The application's id of the entry. */
  readonly appId?: string;
  readonly appIds?: readonly string[];
  /** The attribute by which it was found. */
  readonly by?: MatchingAttribute;
  readonly detail: string;
}

export function matchStep(match: Match): MatchStep {
  const { is } = match;
  const said = (ok: boolean, detail: string, more: Partial<MatchStep> = {}): MatchStep => ({
    step: 'match',
    ok,
    is,
    ...more,
    detail,
  });
  switch (match.is) {
    case 'linked': {
      const { appId, entry } = match;
      const gone = 'the entry that is tied to it is gone from the application';
      return said(entry !== null, entry ? 'the entry is tied to it' : gone, { appId });
    }
    case 'own':
      return said(true, 'an entry carries its id', { appId: match.entry.id, by: 'externalId' });
    case 'existing':
      return said(match.adopts, 'the application had this entry before', {
        appId: match.entry.id,
        by: match.by,
      });
    case 'ambiguous':
      return said(false, 'several entries match', { appIds: match.ids, by: match.by });
    case 'taken': {
      const { entry, yields } = match;
      const detail = yields
        ? 'the user name is at the entry of another object, which has no claim to it any more'
        : 'the user name is at the entry of another object';
      return said(yields, detail, { appId: entry.id, by: 'userName' });
    }
    case 'none':
      return said(true, 'the application has no entry that matches');
  }
}

/** The entry that is kept in step with the object, or will be. */
export function entryOf(match: Match): Entry | null {
  if (match.is === 'linked' || match.is === 'own') return match.entry;
  return match.is === 'existing' && match.adopts ? match.entry : null;
}
