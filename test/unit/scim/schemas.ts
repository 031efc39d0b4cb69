import { CORE_USER as USER_SCHEMA } from '../../../lib/scim/schema/core-user.ts';
import { ENTERPRISE_USER } from '../../../lib/scim/schema/enterprise-user.ts';
import { openSchema } from '../../../lib/scim/schema/open-schema.ts';

export const CORE_USER = USER_SCHEMA.id;
export const ENTERPRISE = ENTERPRISE_USER.id;
export const TANDEM = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';

/** What there is without further attributes. */
export const USER = openSchema('user', []);
export const GROUP = openSchema('group', []);
