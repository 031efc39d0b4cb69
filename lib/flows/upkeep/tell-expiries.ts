import { AppError } from '../../errors.ts';
import type { ReadExpiries } from '../../ports/authorizations.ts';
import type { StoredConnection } from '../../ports/connections.ts';
import type { Services } from '../../ports.ts';
import type { Alert } from '../../sync/alerts/alert.ts';
import { isPush } from '../../sync/connection.ts';
import { endOfCredential, isOwn } from '../../sync/credential.ts';
import {
  dueExpiryAlerts,
  type Expiring,
  type ExpiryAlert,
  registeredEnd,
} from '../../sync/expiry.ts';
import { raise } from './raise.ts';

export type ExpiryNeeds = Pick<
  Services,
  'alerts' | 'authorizations' | 'bus' | 'clock' | 'credentials' | 'log' | 'secrets' | 'tenants'
>;

/** A registration is looked at once a day. */
const READ_EVERY_MILLISECONDS = 23 * 60 * 60_000;

/**
 * Tells of the connection's credentials that end soon: those for Entra, and those of its SCIM service. A
 * crash may make it tell twice, and never not at all.
 */
export async function tellExpiries(
  needs: ExpiryNeeds,
  connection: StoredConnection,
): Promise<void> {
  const standing = await needs.authorizations.of(connection);
  const credentials = [
    ...(await ofEntra(needs, connection, standing.expiries)),
    ...(await ofScim(needs, connection)),
  ];
  const due = dueExpiryAlerts(credentials, standing.told, needs.clock.now());
  if (due.length === 0) return;
  for (const alert of due) await raise(needs, connection.id, alertOf(alert));
  const known = new Set(credentials.map(({ id }) => id));
  // What was told of credentials that are gone is of no use any more.
  const told = [...standing.told].filter((key) => known.has(key.split(' ')[0] ?? ''));
  await needs.authorizations.keepTold(connection, [...told, ...due.map(({ key }) => key)]);
}

/** Nobody signs in to Entra where its provisioning service writes. */
async function ofEntra(
  needs: ExpiryNeeds,
  connection: StoredConnection,
  known: ReadExpiries | null,
): Promise<Expiring[]> {
  if (isPush(connection)) return [];
  const read = await readExpiries(needs, connection, known);
  return connection.entra.credentials.map(({ id, expiresAt }) => ({
    id,
    expiresAt: read?.ends[id] ?? expiresAt,
  }));
}

async function ofScim(
  { credentials }: Pick<ExpiryNeeds, 'credentials'>,
  connection: StoredConnection,
): Promise<Expiring[]> {
  const { credentials: known } = await credentials.list(connection.id);
  const own = known.filter((one) => isOwn(connection, one));
  return own.map((one) => ({ id: `scim-${one.id}`, expiresAt: endOfCredential(one) }));
}

function alertOf({ credentialId, expiresAt, stage }: ExpiryAlert): Alert {
  return {
    kind: 'credential-expiring',
    at: Date.parse(expiresAt),
    subject: `${credentialId}-${stage}`,
    audience: 'all',
    until: expiresAt,
  };
}

/** What registrations say, where they are to be asked; what is known where they do not answer. */
async function readExpiries(
  needs: ExpiryNeeds,
  connection: StoredConnection,
  known: ReadExpiries | null,
): Promise<ReadExpiries | null> {
  if (connection.entra.readsExpiry !== true) return null;
  const now = needs.clock.now();
  if (known && now - Date.parse(known.at) < READ_EVERY_MILLISECONDS) return known;
  const facts = needs.tenants.facts(connection, 'users');
  const ends: Record<string, string | null> = {};
  try {
    for (const one of connection.entra.credentials) {
      if (one.kind !== 'secret') continue;
      const secret = await needs.secrets.get(one.secretName);
      if (secret !== undefined)
        ends[one.id] = registeredEnd(secret, await facts.secrets(one.clientId));
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code } = error;
    needs.log.warn('nobody can see when secrets end', { connectionId: connection.id, code });
    return known;
  }
  const read = { at: new Date(now).toISOString(), ends };
  await needs.authorizations.keepExpiries(connection, read);
  return read;
}
