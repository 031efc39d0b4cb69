import type { Connection } from '../sync/connection.ts';
import type { ExpiryAlert } from '../sync/expiry.ts';

/** Telling administrators that a credential ends. The same alert may come twice. */
export interface ExpiryAlerts {
  tell(connection: Pick<Connection, 'id' | 'name'>, alert: ExpiryAlert): Promise<void>;
}
