import type { StoredConnection } from '../../ports/connections.ts';
import type { LaneWrite } from '../../ports/lanes.ts';
import type { Services } from '../../ports.ts';
import { countedKind } from '../../sync/counters.ts';
import type { Entry, Kind } from '../../sync/entry.ts';
import { wantedAgain } from '../../sync/given-up.ts';
import { type Link, stillDirty } from '../../sync/link.ts';
import { appOf } from '../sides.ts';
import { readEntries } from './compare-entries.ts';
import { isEntitled } from './link-writes.ts';

/**
 * The entries of objects whose entries the application is said to have deleted: those that are there
 * all the same, and others that name the object since.
 * @returns by Entra id
 */
export async function entriesBack(
  needs: Pick<Services, 'directories'>,
  connection: StoredConnection,
  links: readonly Pick<Link, 'kind' | 'entraId' | 'appId'>[],
): Promise<ReadonlyMap<string, Entry>> {
  const app = appOf(needs, connection);
  const back = new Map<string, Entry>();
  for (const [kind, some] of Map.groupBy(links, (link): Kind => link.kind)) {
    const ids = some.map(({ entraId }) => entraId);
    for (const [id, entry] of await app.find(kind, ids)) back.set(id, entry);
  }
  const tied = links.flatMap(({ kind, appId }) => (appId === null ? [] : [{ kind, id: appId }]));
  const there = await readEntries(app, tied);
  for (const { entraId, appId } of links) {
    const entry = there.get(appId ?? '');
    if (entry) back.set(entraId, entry);
  }
  return back;
}

/**
 * An entry is there, or there again: nothing is given up. The link is looked at again soon.
 * @param entry undefined where there is none
 */
export function takenBack(link: Link, entry: Entry | undefined, now: number): LaneWrite[] {
  if (!entry) return [];
  if (entry.id !== link.appId) return [freed(link, now)];
  const detail = 'the entry is there';
  const dirty = stillDirty(null, 'changed-meanwhile', { now, detail });
  return [{ link: { ...link, givenUp: null, unmet: true, dirty }, from: link }];
}

/** The object is to have an entry again, soon. */
export function freed(link: Link, now: number): LaneWrite {
  const detail = 'the object is to have an entry again';
  const dirty = stillDirty(null, 'changed-meanwhile', { now, detail });
  const wasLinked = link.state === 'linked';
  const kind = countedKind(link.kind);
  return {
    link: { ...wantedAgain(link), dirty },
    from: link,
    ...(wasLinked && { totals: { [kind]: -1, entitlements: -Number(isEntitled(link)) } }),
  };
}
