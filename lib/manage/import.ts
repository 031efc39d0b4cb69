import { AppError } from '../errors.ts';
import type { StoredConnection } from '../ports/connections.ts';
import { type Connection, isAutomatic, isPush } from '../sync/connection.ts';
import type { RuleSettings } from '../sync/rules/settings.ts';
import type { Call } from './manage.ts';

/**
 * Refuses what needs Graph to be read.
 * @throws AppError `conflict` where Entra's provisioning service brings what is there
 */
export function requirePull(connection: Connection): void {
  if (isPush(connection))
    throw new AppError(
      'conflict',
      'Entra’s provisioning service writes into this connection ("import": "push"); nothing is read from the tenant',
    );
}

/**
 * Refuses exports where nothing is read from Graph: what Entra holds is not known there.
 * @throws AppError `bad-request`
 */
export function requireReading(connection: Connection, { users, groups }: RuleSettings): void {
  if (isPush(connection) && (users.export || groups.export))
    throw new AppError('bad-request', 'rules: exports take a connection with "import": "pull"');
}

/**
 * Refuses to leave the reading to administrators where nothing is read.
 * @throws AppError `bad-request`
 */
export function requireWord(connection: Connection): void {
  if (isPush(connection) && !isAutomatic(connection))
    throw new AppError(
      'bad-request',
      'automatic: what Entra’s provisioning service writes ("import": "push") is always taken in at once',
    );
}

/**
 * Lets a connection change who brings what is in Entra, as long as nobody can have brought anything:
 * it is off, was never read, and had no credential ever.
 * @throws AppError `conflict`
 */
export async function requireUnused(
  { services }: Call,
  { id, enabled }: StoredConnection,
): Promise<void> {
  const [{ checkpoint }, { version }] = await Promise.all([
    services.checkpoints.load(id),
    services.credentials.list(id),
  ]);
  if (enabled || checkpoint.epoch > 0 || version !== null)
    throw new AppError(
      'conflict',
      'import changes only before a connection is first switched on and has its first credential; make another connection',
    );
}
