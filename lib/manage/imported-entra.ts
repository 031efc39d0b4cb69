import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Connection } from '../sync/connection.ts';
import type { EntraCredential } from '../sync/entra-credential.ts';
import { applicationOf } from './entra-settings.ts';
import type { Call } from './manage.ts';
import type { AskedDocument, DocumentedCredential } from './settings-document.ts';

/**
 * How a connection signs in by a document. A credential that the connection has already keeps its
 * secret; others have none until somebody enters it.
 * @param known how the connection signs in that the document is for
 * @throws AppError `bad-request`, `conflict` where the connector has no application of its own
 */
export function importedEntra(
  call: Call,
  connectionId: string,
  { tenantId, readsExpiry, credentials: documented }: AskedDocument['entra'],
  known?: Connection['entra'],
): Connection['entra'] {
  const ids = new Set(documented.map(({ id }) => id));
  if (ids.size < documented.length)
    throw new AppError('bad-request', 'entra.credentials: two have the same id');
  const credentials = documented.map((one) => kept(connectionId, one, known?.credentials ?? []));
  const isSaid = readsExpiry || known?.readsExpiry !== undefined;
  const clientId = applicationOf(call, credentials);
  return { tenantId, clientId, credentials, ...(isSaid && { readsExpiry }) };
}

function kept(
  connectionId: string,
  documented: DocumentedCredential,
  known: readonly EntraCredential[],
): EntraCredential {
  if (documented.kind === 'federated' || documented.kind === 'connector') return documented;
  const { id, kind, clientId } = documented;
  const same = known.find((one) => one.id === id);
  const isSame = same?.kind === kind && same.clientId === clientId;
  // Never the name of another one's secret: this one would sign in with that.
  const secretName = isSame
    ? same.secretName
    : `connection-${connectionId}-${randomUUID().slice(0, 8)}`;
  return { ...documented, secretName };
}
