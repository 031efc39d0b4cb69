import { AppError, type ErrorCode } from '../errors.ts';
import type { EntryStore } from '../ports/application.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { ChangeFeed } from '../ports/entra.ts';
import type { EntraWrites } from '../ports/entra-writes.ts';
import type { ResourceStore } from '../ports/resources.ts';
import type { Services } from '../ports.ts';
import type { Side } from '../sync/entry.ts';
import type { Selection } from '../sync/rules/properties.ts';

/** What an answer of a side can say that concerns the side as a whole, not one object. */
const OF_THE_SIDE: ReadonlySet<ErrorCode> = new Set([
  'unavailable',
  'throttled',
  'access-denied',
  'credential-refused',
  'bad-answer',
]);

/** The application's directory; what it throws names its side. */
export function appOf(
  { directories }: Pick<Services, 'directories'>,
  connection: StoredConnection,
): EntryStore {
  const app = directories.app(connection);
  return {
    read: (...call) => withSide('app', () => app.read(...call)),
    find: (...call) => withSide('app', () => app.find(...call)),
    match: (...call) => withSide('app', () => app.match(...call)),
    create: (...call) => withSide('app', () => app.create(...call)),
    update: (...call) => withSide('app', () => app.update(...call)),
    remove: (...call) => withSide('app', () => app.remove(...call)),
    addMembers: (...call) => withSide('app', () => app.addMembers(...call)),
    removeMembers: (...call) => withSide('app', () => app.removeMembers(...call)),
    dropMemberships: (...call) => withSide('app', () => app.dropMemberships(...call)),
    setManagers: (...call) => withSide('app', () => app.setManagers(...call)),
  };
}

/**
 * Entra's directory; what it throws names its side.
 * @param selection what is read of its objects; the connection's rules say it where it is left out
 */
export function entraOf(
  { directories }: Pick<Services, 'directories'>,
  connection: StoredConnection,
  selection?: Selection,
): Omit<ChangeFeed, 'readPage'> {
  const entra = directories.entra(connection, selection);
  return {
    alive: (...call) => withSide('entra', () => entra.alive(...call)),
    restorable: (...call) => withSide('entra', () => entra.restorable(...call)),
    members: (...call) => withSide('entra', () => entra.members(...call)),
    managers: (...call) => withSide('entra', () => entra.managers(...call)),
    named: (...call) => withSide('entra', () => entra.named(...call)),
    read: (...call) => pagesOf('entra', () => entra.read(...call)),
  };
}

/** Writing to Entra's directory; what it throws names its side. */
export function entraWritesOf(
  { directories }: Pick<Services, 'directories'>,
  connection: StoredConnection,
): EntraWrites {
  const writes = directories.entraWrites(connection);
  return {
    create: (...call) => withSide('entra', () => writes.create(...call)),
    update: (...call) => withSide('entra', () => writes.update(...call)),
    remove: (...call) => withSide('entra', () => writes.remove(...call)),
    setManagers: (...call) => withSide('entra', () => writes.setManagers(...call)),
    addMembers: (...call) => withSide('entra', () => writes.addMembers(...call)),
    removeMembers: (...call) => withSide('entra', () => writes.removeMembers(...call)),
    findBy: (...call) => withSide('entra', () => writes.findBy(...call)),
  };
}

/** The application's directory with its memberships as its clients see them. */
export function resourcesOf(
  { directories }: Pick<Services, 'directories'>,
  connection: StoredConnection,
): Pick<ResourceStore, 'read' | 'list' | 'membersAmong' | 'members' | 'groupsOf'> {
  const app = directories.resources(connection);
  return {
    read: (...call) => withSide('app', () => app.read(...call)),
    list: (...call) => withSide('app', () => app.list(...call)),
    membersAmong: (...call) => withSide('app', () => app.membersAmong(...call)),
    members: (...call) => pagesOf('app', () => app.members(...call)),
    groupsOf: (...call) => pagesOf('app', () => app.groupsOf(...call)),
  };
}

async function* pagesOf<T>(side: Side, open: () => AsyncGenerator<T>): AsyncGenerator<T> {
  const pages = open();
  for (;;) {
    const page = await withSide(side, () => pages.next());
    if (page.done) return;
    yield page.value;
  }
}

/** Makes a call; what it throws of the side as a whole names the side. */
export async function withSide<T>(side: Side, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AppError) || !OF_THE_SIDE.has(error.code)) throw error;
    const { code, message, retryable, retryAfterSeconds } = error;
    throw new AppError(code, message, {
      retryable,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      cause: error,
      side,
    });
  }
}

/** Whether `error` says that this side could not be reached, or refused. */
export function isOfSide(error: unknown, side: Side): error is AppError {
  return error instanceof AppError && error.side === side;
}
