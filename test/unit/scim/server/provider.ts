import type { ResourceStore } from '../../../../lib/ports/resources.ts';
import { openBookmarks } from '../../../../lib/scim/server/bookmarks.ts';
import { dispatch } from '../../../../lib/scim/server/dispatch.ts';
import type { Answer, Provider } from '../../../../lib/scim/server/exchange.ts';
import type { Json } from '../../../../lib/sync/entry.ts';
import { GROUP, USER } from '../schemas.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

/** The service provider on a store, with a clock that stands still. */
export function openProvider(store: ResourceStore): Provider {
  return {
    store,
    schemas: { user: USER, group: GROUP },
    base: 'https://tandem.example/scim/v2/one',
    by: 'app',
    objectId: undefined,
    now: () => NOON,
    bookmarks: openBookmarks(() => NOON),
  };
}

/** Asks the service provider. @param path `/Users?count=2`, as it stands in an address */
export function ask(
  provider: Provider,
  method: string,
  path: string,
  body?: Json,
): Promise<Answer> {
  const { pathname, searchParams } = new URL(path, 'http://any');
  return dispatch(provider, {
    method,
    path: pathname.split('/').slice(1).map(decodeURIComponent),
    query: searchParams,
    ifMatch: undefined,
    ifNoneMatch: undefined,
    body: async () => body ?? null,
  });
}

/** What an answer holds under a name; tests look into it. */
// biome-ignore lint/suspicious/noExplicitAny: whatever was answered
export function bodyOf(answer: Answer): any {
  return answer.body;
}
