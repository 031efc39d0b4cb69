import type { RequestListener } from 'node:http';
import { AccountDataStore, logger, TableRequestListenerFactory } from './azurite.ts';
import type { TableStore } from './table-store.ts';

/**
 * Azurite's table service over a store: its authentication, parsing, checks and answers, for the
 * accounts that the environment names in `AZURITE_ACCOUNTS`.
 */
export async function createTableListener(store: TableStore): Promise<RequestListener> {
  const accounts = new AccountDataStore(logger);
  await accounts.init();
  const log = [false, undefined];
  const skipApiVersionCheck = true;
  const oauth = undefined;
  const disableProductStyleUrl = true;
  const rest = [...log, skipApiVersionCheck, oauth, disableProductStyleUrl];
  return new TableRequestListenerFactory(store, accounts, ...rest).createRequestListener();
}
