import type { ChangeFeed, Page } from '../../ports/entra.ts';
import type { Kind } from '../../sync/entry.ts';

/** A page of 200 objects is 12 a lane: lanes work on twice as many at nearly the same cost. */
const OBJECTS_AT_ONCE = 400;
const MEMBERS_AT_ONCE = 10_000;

/** Where to read from. */
interface From {
  readonly link: string | null;
  /** Asked before every further page: the switch may be off by now. */
  readonly mayGoOn: () => Promise<boolean>;
}

/**
 * Reads some pages of a full reading as one. What keeps a later one from coming is found out when it
 * is asked for again: what was read before it is handed on.
 * @throws as {@link ChangeFeed.readPage}, of the first page
 */
export async function readPages(
  feed: Pick<ChangeFeed, 'readPage'>,
  kind: Kind,
  { link, mayGoOn }: From,
): Promise<Page> {
  let page = await feed.readPage(kind, link);
  while (page.nextLink !== undefined && hasRoom(page) && (await mayGoOn())) {
    try {
      const next = await feed.readPage(kind, page.nextLink);
      page = { ...next, items: [...page.items, ...next.items] };
    } catch {
      return page;
    }
  }
  return page;
}

function hasRoom({ items }: Page): boolean {
  const members = items.reduce((sum, item) => sum + (item.members?.length ?? 0), 0);
  return items.length < OBJECTS_AT_ONCE && members < MEMBERS_AT_ONCE;
}
