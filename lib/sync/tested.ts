import { createHash } from 'node:crypto';
import type { Connection } from './connection.ts';
import { isPush } from './connection.ts';
import { rulesOf } from './rules/rules-of.ts';

/**
 * What a test of a connection is about: the same text as long as a test from before still says
 * something. Names and mappings do not matter; who signs in where does, and what is written.
 */
export function testedKey(connection: Connection): string {
  const { entra, app } = connection;
  const { users, groups } = rulesOf(connection).settings;
  const signIns = entra.credentials.map((one) => [
    one.id,
    one.for,
    'clientId' in one && one.clientId,
    'secretName' in one && one.secretName,
  ]);
  const about = [entra.tenantId, signIns, app, isPush(connection), users.export, groups.export];
  return createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, 22);
}
