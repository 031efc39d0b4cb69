import type { Story } from './exchange.ts';
import { DISCOVERY } from './exchanges/discovery.ts';
import { ENTRA_CREATES } from './exchanges/entra-creates.ts';
import { ENTRA_GROUPS } from './exchanges/entra-groups.ts';
import { ENTRA_MANAGERS } from './exchanges/entra-managers.ts';
import { ENTRA_REQUESTS } from './exchanges/entra-requests.ts';
import { ENTRA_SWITCHES } from './exchanges/entra-switches.ts';
import { ENTRA_USERS } from './exchanges/entra-users.ts';
import { ERRORS } from './exchanges/errors.ts';
import { LOGIC_APP } from './exchanges/logic-app.ts';
import { OTHER_CLIENTS } from './exchanges/other-clients.ts';
import { RFC_ATTRIBUTES } from './exchanges/rfc-attributes.ts';
import { RFC_BULK } from './exchanges/rfc-bulk.ts';
import { RFC_BULK_REFERENCES } from './exchanges/rfc-bulk-references.ts';
import { RFC_CURSOR } from './exchanges/rfc-cursor.ts';
import { RFC_FILTERS } from './exchanges/rfc-filters.ts';
import { RFC_PATCH_ADD } from './exchanges/rfc-patch-add.ts';
import { RFC_PATCH_REMOVE } from './exchanges/rfc-patch-remove.ts';
import { RFC_PATCH_REPLACE } from './exchanges/rfc-patch-replace.ts';
import { RFC_PUT } from './exchanges/rfc-put.ts';
import { RFC_QUERY } from './exchanges/rfc-query.ts';
import { RFC_RESOURCES } from './exchanges/rfc-resources.ts';
import { RFC_VERSIONS } from './exchanges/rfc-versions.ts';
import { TRAP_NAMES } from './exchanges/trap-names.ts';
import { TRAP_QUERIES } from './exchanges/trap-queries.ts';
import { TRAPS } from './exchanges/traps.ts';
import { VALIDATOR_GROUPS } from './exchanges/validator-groups.ts';
import { VALIDATOR_USERS } from './exchanges/validator-users.ts';

/** Everything that the service is known to be asked. */
export const STORIES: readonly Story[] = [
  ...DISCOVERY,
  ...ENTRA_CREATES,
  ...ENTRA_GROUPS,
  ...ENTRA_MANAGERS,
  ...ENTRA_REQUESTS,
  ...ENTRA_SWITCHES,
  ...ENTRA_USERS,
  ...ERRORS,
  ...LOGIC_APP,
  ...OTHER_CLIENTS,
  ...RFC_ATTRIBUTES,
  ...RFC_BULK_REFERENCES,
  ...RFC_BULK,
  ...RFC_CURSOR,
  ...RFC_FILTERS,
  ...RFC_PATCH_ADD,
  ...RFC_PATCH_REMOVE,
  ...RFC_PATCH_REPLACE,
  ...RFC_PUT,
  ...RFC_QUERY,
  ...RFC_RESOURCES,
  ...RFC_VERSIONS,
  ...TRAP_NAMES,
  ...TRAP_QUERIES,
  ...TRAPS,
  ...VALIDATOR_GROUPS,
  ...VALIDATOR_USERS,
];
