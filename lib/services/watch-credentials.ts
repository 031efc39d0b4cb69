import type { CredentialWatch } from '../entra/credentials-in-order.ts';
import { AppError } from '../errors.ts';
import { raise } from '../flows/upkeep/raise.ts';
import type { Services } from '../ports.ts';
import type { Alert } from '../sync/alerts/alert.ts';
import type { Connection } from '../sync/connection.ts';

/** What noting the fate of credentials takes. */
export type WatchNeeds = Pick<Services, 'alerts' | 'authorizations' | 'bus' | 'clock' | 'log'>;

/**
 * Writes down what becomes of a connection's credentials, and tells people of one in whose place
 * another is used: once from its first refusal on until it works again. Nobody's request waits for it.
 */
export function watchCredentials(needs: WatchNeeds, connection: Connection): CredentialWatch {
  const { authorizations, clock, log } = needs;
  const connectionId = connection.id;
  // One after another, for each says what the one before has made.
  let last = Promise.resolve();
  const note = (write: () => Promise<void>) => {
    last = last.then(write).catch((error: unknown) => {
      const code = error instanceof AppError ? error.code : 'unknown';
      log.warn('what became of a credential is not noted', { connectionId, code });
    });
  };
  const failingSince = async (credentialId: string) =>
    (await authorizations.of(connection)).failures.get(credentialId)?.since;
  return {
    clock,
    failed: (credentialId, { code, message }) => {
      log.warn('Entra refused a credential', { connectionId, credentialId, code });
      const at = new Date(clock.now()).toISOString();
      note(() => authorizations.failed(connection, credentialId, { code, message, at }));
    },
    replaced: (credentialId, { code }) =>
      note(async () => {
        const since = await failingSince(credentialId);
        if (since !== undefined)
          await raise(needs, connectionId, { ...alertOf(credentialId, since), reason: code });
      }),
    worked: (credentialId) =>
      note(async () => {
        const since = await failingSince(credentialId);
        if (since === undefined) return;
        const until = new Date(clock.now()).toISOString();
        await needs.alerts.end(connectionId, alertOf(credentialId, since), until);
        await authorizations.worked(connection, credentialId);
      }),
  };
}

/** The same from the first refusal to the last. */
function alertOf(credentialId: string, since: string): Alert {
  return {
    kind: 'credential-failing',
    at: Date.parse(since),
    subject: credentialId,
    audience: 'all',
  };
}
