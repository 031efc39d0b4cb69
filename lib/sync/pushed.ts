import type { Totals } from './counters.ts';
import { countedKind } from './counters.ts';
import type { Entry, Kind } from './entry.ts';
import type { Link } from './link.ts';
import { sameHalf } from './merge.ts';
import { halfOf } from './reconcile.ts';

/** An entry that Entra's provisioning service has written, and the object that it stands for. */
export interface Pushed {
  readonly kind: Kind;
  readonly entraId: string;
  readonly appId: string;
  /** The application has deleted it. */
  readonly removed?: boolean | undefined;
}

/** Object ids of Entra are GUIDs; nothing else ties an entry to an object. */
const OBJECT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The object id in a text that should be one, as Graph spells it. */
export function objectIdIn(text: string | undefined): string | undefined {
  return text !== undefined && OBJECT_ID.test(text.trim()) ? text.trim().toLowerCase() : undefined;
}

/**
 * The link after such a write: Entra has said what the application holds, so both sides agree on
 * that. An entry that is not there any more was taken away by Entra, unless another one has taken
 * its place.
 * @param entry as it is now; undefined where there is none
 * @returns null where nothing changes
 */
export function linkOfPushed(
  link: Link | undefined,
  { kind, entraId, appId }: Pushed,
  entry: Entry | undefined,
): Link | null {
  if (!entry) {
    if (link?.appId !== appId) return null;
    return { ...link, ...LOOSE, state: 'gone', appId: null, agreed: null, wakeDue: null };
  }
  const half = halfOf(entry);
  const isSame = link?.state === 'linked' && link.appId === appId && link.agreed !== null;
  if (isSame && sameHalf(link.agreed.app, half) && sameHalf(link.agreed.entra, half)) return null;
  return {
    kind,
    entraId,
    appId,
    state: 'linked',
    seen: { properties: {} },
    agreed: { entra: half, app: half },
    wakeDue: null,
    sighted: '',
    ...LOOSE,
  };
}

/** Nothing waits for anything. */
const LOOSE = {
  dirty: null,
  kept: false,
  graceUntil: null,
  unmet: false,
  switching: false,
  givenUp: null,
} as const;

/** What is in step more or less than before. */
export function totalsOfPushed(before: Link | undefined, after: Link): Partial<Totals> {
  const by = Number(after.state === 'linked') - Number(before?.state === 'linked');
  const entitled = (link: Link | undefined) =>
    Number(link?.state === 'linked' && link.agreed?.app.attributes.entitlements !== undefined);
  return { [countedKind(after.kind)]: by, entitlements: entitled(after) - entitled(before) };
}
