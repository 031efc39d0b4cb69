import { openHostedListing } from '../../lib/app/hosted/listing.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Entry, Kind } from '../../lib/sync/entry.ts';

/** An entry of the application, with its manager by application id. */
export type AppEntry = Entry & { readonly managerId?: string };

/** The application's whole directory as it is now. */
export interface AppDirectory {
  /** By the Entra id that they carry. */
  readonly users: ReadonlyMap<string, AppEntry>;
  readonly groups: ReadonlyMap<string, AppEntry>;
  /** Entra id of the group, a blank, Entra id of the member. */
  readonly memberships: ReadonlySet<string>;
  /** Entra ids of users and of their managers. */
  readonly managers: ReadonlyMap<string, string>;
}

/** Reads the hosted directory of a connection back from its tables. */
export function openApplication(connectionString: string, connectionId: string) {
  const listing = openHostedListing(openTables({ connectionString }), connectionId);
  const entries = async (kind: Kind): Promise<AppEntry[]> => all(listing.listEntries(kind));
  const byEntraId = (some: readonly AppEntry[]) => {
    const map = new Map(some.map((entry) => [entry.externalId ?? `app ${entry.id}`, entry]));
    if (map.size !== some.length) throw new Error('two entries carry the same Entra id');
    return map;
  };
  return {
    counts: () => listing.counts(),
    read: async (): Promise<AppDirectory> => {
      const [users, groups, pairs] = await Promise.all([
        entries('user'),
        entries('group'),
        all(listing.listMemberships()),
      ]);
      const names = new Map([...users, ...groups].map(({ id, externalId }) => [id, externalId]));
      const name = (id: string) => names.get(id) ?? `app ${id}`;
      const managed = users.flatMap(({ id, managerId }): [string, string][] =>
        managerId === undefined ? [] : [[name(id), name(managerId)]],
      );
      return {
        users: byEntraId(users),
        groups: byEntraId(groups),
        memberships: new Set(
          pairs.map(({ groupId, memberId }) => `${name(groupId)} ${name(memberId)}`),
        ),
        managers: new Map(managed),
      };
    },
  };
}

async function all<T>(some: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of some) found.push(one);
  return found;
}

export type Application = ReturnType<typeof openApplication>;
