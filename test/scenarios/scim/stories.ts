import type { Story } from './exchange.ts';
import { DISCOVERY } from './exchanges/discovery.ts';
import { ENTRA_GROUPS } from './exchanges/entra-groups.ts';
import { ENTRA_MANAGERS } from './exchanges/entra-managers.ts';
import { ENTRA_REQUESTS } from './exchanges/entra-requests.ts';
import { ENTRA_USERS } from './exchanges/entra-users.ts';
import { ERRORS } from './exchanges/errors.ts';
import { LOGIC_APP } from './exchanges/logic-app.ts';
import { RFC_BULK } from './exchanges/rfc-bulk.ts';
import { RFC_CURSOR } from './exchanges/rfc-cursor.ts';
import { RFC_PATCH } from './exchanges/rfc-patch.ts';
import { RFC_QUERY } from './exchanges/rfc-query.ts';
import { RFC_RESOURCES } from './exchanges/rfc-resources.ts';
import { TRAPS } from './exchanges/traps.ts';
import { VALIDATOR_GROUPS } from './exchanges/validator-groups.ts';
import { VALIDATOR_USERS } from './exchanges/validator-users.ts';

/** Everything that the service is known to be asked. */
export const STORIES: readonly Story[] = [
  ...DISCOVERY,
  ...ENTRA_GROUPS,
  ...ENTRA_MANAGERS,
  ...ENTRA_REQUESTS,
  ...ENTRA_USERS,
  ...ERRORS,
  ...LOGIC_APP,
  ...RFC_BULK,
  ...RFC_CURSOR,
  ...RFC_PATCH,
  ...RFC_QUERY,
  ...RFC_RESOURCES,
  ...TRAPS,
  ...VALIDATOR_GROUPS,
  ...VALIDATOR_USERS,
];
