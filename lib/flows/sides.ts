import { AppError, type ErrorCode } from '../errors.ts';
import type { EntryStore } from '../ports/application.ts';
import type { StoredConnection } from '../ports/connections.ts';
import type { ChangeFeed } from '../ports/entra.ts';
import type { Services } from '../ports.ts';
import type { Side } from '../sync/entry.ts';

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
    read: (...call) => named('app', () => app.read(...call)),
    find: (...call) => named('app', () => app.find(...call)),
    create: (...call) => named('app', () => app.create(...call)),
    update: (...call) => named('app', () => app.update(...call)),
    remove: (...call) => named('app', () => app.remove(...call)),
    addMembers: (...call) => named('app', () => app.addMembers(...call)),
    removeMembers: (...call) => named('app', () => app.removeMembers(...call)),
    setManagers: (...call) => named('app', () => app.setManagers(...call)),
  };
}

/** Entra's directory; what it throws names its side. */
export function entraOf(
  { directories }: Pick<Services, 'directories'>,
  connection: StoredConnection,
): Omit<ChangeFeed, 'readPage'> {
  const entra = directories.entra(connection);
  return {
    alive: (...call) => named('entra', () => entra.alive(...call)),
    restorable: (...call) => named('entra', () => entra.restorable(...call)),
    members: (...call) => named('entra', () => entra.members(...call)),
    managers: (...call) => named('entra', () => entra.managers(...call)),
    read: async function* (...call) {
      const pages = entra.read(...call);
      for (;;) {
        const page = await named('entra', () => pages.next());
        if (page.done) return;
        yield page.value;
      }
    },
  };
}

async function named<T>(side: Side, call: () => Promise<T>): Promise<T> {
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
