import { ENTERPRISE_USER } from './enterprise-user.ts';
import type { Located, ResourceSchema } from './resource-schema.ts';

/**
 * The attribute that a client means: Entra writes those of the enterprise extension, such as
 * `department` and `manager`, also without the URN (Entra docs: develop a SCIM endpoint).
 */
export function locate(
  schema: ResourceSchema,
  urn: string | undefined,
  name: string,
): Located | undefined {
  const located = schema.find(urn, name);
  if (located || urn !== undefined) return located;
  return schema.find(ENTERPRISE_USER.id, name);
}
