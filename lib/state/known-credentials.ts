import { AppError, hasCode } from '../errors.ts';
import type { Connections } from '../ports/connections.ts';
import type { Credentials, KnownCredentials, StoredCredential } from '../ports/credentials.ts';
import type { Clock, Log } from '../ports/platform.ts';
import { isTaken } from '../sync/credential.ts';
import { putLast } from '../sync/put-last.ts';

interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  readonly connections: Connections;
  readonly credentials: Credentials;
}

/** What is revoked is refused everywhere after this long. */
const REMEMBERED_MILLISECONDS = 15_000;
/** An id that no connection has makes the ids be read again, but not with every call. */
const RELOADED_MILLISECONDS = 1_000;
const NOTED_MILLISECONDS = 60 * 60_000;
const MOST_CONNECTIONS = 1_000;
const MOST_NOTED = 10_000;

interface Remembered<T> {
  readonly at: number;
  readonly known: Promise<T>;
}

/**
 * Opens a worker's memory of credentials. Only connections that exist take room in it, and whoever
 * guesses ids makes it read the list of them once a second, whatever the number of guesses.
 */
export function openKnownCredentials(needs: Needs): KnownCredentials {
  const connections = new Map<string, Remembered<readonly StoredCredential[]>>();
  const noted = new Map<string, number>();
  let ids: Remembered<ReadonlySet<string>> | undefined;

  const idsSince = (oldest: number): Promise<ReadonlySet<string>> => {
    if (ids && ids.at >= oldest) return ids.known;
    const fresh = { at: needs.clock.now(), known: needs.connections.ids() };
    ids = fresh;
    fresh.known.catch(() => {
      if (ids === fresh) ids = undefined;
    });
    return fresh.known;
  };
  const isThere = async (id: string) =>
    (await idsSince(Number.NEGATIVE_INFINITY)).has(id) ||
    (await idsSince(needs.clock.now() - RELOADED_MILLISECONDS)).has(id);
  const current = (id: string) => {
    const remembered = connections.get(id);
    const age = needs.clock.now() - (remembered?.at ?? 0);
    return age < REMEMBERED_MILLISECONDS ? remembered?.known : undefined;
  };
  const load = (id: string) => {
    const loading = { at: needs.clock.now(), known: takenBy(needs, id) };
    putLast(connections, { key: id, value: loading, most: MOST_CONNECTIONS });
    loading.known.catch(() => {
      if (connections.get(id) === loading) connections.delete(id);
    });
    return loading.known;
  };

  return {
    of: async (connectionId) => {
      const remembered = current(connectionId);
      if (remembered) return remembered;
      if (!(await isThere(connectionId))) return [];
      // Others may have begun to read it meanwhile.
      return current(connectionId) ?? load(connectionId);
    },
    used: (connectionId, { id, usedAt }) => {
      const now = needs.clock.now();
      const last = Math.max(noted.get(id) ?? Number.NEGATIVE_INFINITY, usedAt ?? 0);
      if (now - last < NOTED_MILLISECONDS) return;
      putLast(noted, { key: id, value: now, most: MOST_NOTED });
      // Nobody's request waits for it.
      needs.credentials.note(connectionId, id, now).catch((error: unknown) => {
        const code = error instanceof AppError ? error.code : 'unknown';
        if (!hasCode(error, 'not-found'))
          needs.log.warn('the use of a credential is not noted', { connectionId, code });
      });
    },
    forget: (connectionId) => {
      connections.delete(connectionId);
      ids = undefined;
    },
  };
}

async function takenBy(needs: Needs, connectionId: string): Promise<readonly StoredCredential[]> {
  const [connection, { credentials }] = await Promise.all([
    needs.connections.get(connectionId),
    needs.credentials.list(connectionId),
  ]);
  return connection ? credentials.filter((one) => isTaken(connection, one)) : [];
}
