import type { Services } from '../../ports.ts';
import type { Connection } from '../../sync/connection.ts';
import { putLast } from '../../sync/put-last.ts';
import { type Bookmarks, openBookmarks } from './bookmarks.ts';

/** A connection, and where pages of its listings begin. */
export interface KnownConnection {
  readonly connection: Connection;
  readonly bookmarks: Bookmarks;
}

/** A change of settings reaches every process within this time. */
const REMEMBERED_MS = 15_000;
const MOST = 1_000;

/**
 * Finds a connection; undefined where there is none.
 * @param isGood what is remembered and is not good is read again
 */
type Find = (
  needs: Pick<Services, 'connections' | 'clock'>,
  id: string,
  isGood?: (connection: Connection) => boolean,
) => Promise<KnownConnection | undefined>;

/** What a process remembers of connections, so that a request costs no reading of settings. */
export function openKnownConnections(): Find {
  const known = new Map<string, KnownConnection & { readonly until: number }>();
  return async ({ connections, clock }, id, isGood = () => true) => {
    const before = known.get(id);
    if (before && before.until > clock.now() && isGood(before.connection)) return before;
    known.delete(id);
    const connection = await connections.get(id);
    // What does not exist takes no room.
    if (!connection) return undefined;
    const isSame = before?.connection.createdAt === connection.createdAt;
    const bookmarks = isSame ? before.bookmarks : openBookmarks(() => clock.now());
    const found = { connection, bookmarks, until: clock.now() + REMEMBERED_MS };
    putLast(known, { key: id, value: found, most: MOST });
    return found;
  };
}
