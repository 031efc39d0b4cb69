import { foldSent } from '../entra-values.ts';
import type { Link } from '../link.ts';
import type { Born } from '../messages.ts';

/**
 * The link of an object that was just made in Entra, tied to the entry that it was made of. What Entra
 * has shown of it already is younger than what was sent. Who was made for the application's sake stays
 * there, in the scope or not.
 * @param link as stored; undefined where Entra has shown nothing yet
 * @param now milliseconds since 1970
 * @returns null where it is tied already
 */
export function linkOfBorn(link: Link | undefined, born: Born, now: number): Link | null {
  if (link && link.appId !== null) return null;
  const { kind, entraId, appId, properties, held } = born;
  const shown = link?.seen ?? { properties: {} };
  const sent = foldSent(shown, properties, now);
  return {
    kind,
    entraId,
    appId,
    state: 'linked',
    seen: { ...sent, properties: { ...properties, ...shown.properties } },
    agreed: { entra: held, app: held },
    dirty: null,
    wakeDue: 'anew',
    sighted: link?.sighted ?? '',
    kept: shown.removed === undefined,
    graceUntil: null,
    unmet: true,
    switching: false,
    givenUp: null,
  };
}
