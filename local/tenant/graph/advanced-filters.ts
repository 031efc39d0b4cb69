import type { ObjectKind } from '../directory/directory-object.ts';

/**
 * Properties of users that are only filtered with `ConsistencyLevel: eventual` and `$count=true`,
 * whatever the operator (Graph docs: advanced query capabilities, filter by properties).
 */
const ADVANCED: ReadonlySet<string> = new Set([
  'companyName',
  'employeeHireDate',
  'employeeOrgData',
  'employeeType',
  'faxNumber',
  'mobilePhone',
  'officeLocation',
  'onPremisesExtensionAttributes',
  'onPremisesImmutableId',
  'onPremisesLastSyncDateTime',
  'onPremisesSamAccountName',
  'passwordPolicies',
  'postalCode',
  'preferredLanguage',
  'showInAddressList',
  'streetAddress',
]);

/** Whether comparing the property with the value is an advanced query in any case. */
export function isAdvancedProperty(kind: ObjectKind, path: string, value: unknown): boolean {
  if (kind !== 'user') return false;
  const [property = ''] = path.split('/');
  return ADVANCED.has(property) || value === null;
}
