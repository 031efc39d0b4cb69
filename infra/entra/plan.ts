import { isDeepStrictEqual } from 'node:util';
import {
  APP_ROLES,
  type Desired,
  exposureOf,
  FEDERATED_NAME,
  federatedOf,
  type Registration,
  registrationOf,
} from './desired.ts';
import { isOurs } from './permissions.ts';
import type { Federated, Found } from './registration.ts';

/** One change in the tenant. Steps come in an order in which each finds what it needs. */
export type Step =
  | { readonly do: 'create-application'; readonly body: Registration & { displayName: string } }
  | { readonly do: 'update-application'; readonly body: Partial<Registration> }
  | { readonly do: 'expose-api' }
  | { readonly do: 'create-service-principal' }
  | { readonly do: 'create-federated'; readonly body: Omit<Federated, 'id'> }
  | { readonly do: 'update-federated'; readonly id: string; readonly body: Omit<Federated, 'id'> }
  | { readonly do: 'grant'; readonly permission: string; readonly roleId: string }
  | { readonly do: 'revoke'; readonly permission: string; readonly assignmentId: string }
  | { readonly do: 'assign'; readonly principalId: string; readonly roleId: string };

/**
 * What has to change so that the tenant is as desired; nothing where it is. Pure.
 * @throws RangeError where Graph does not know a permission
 */
export function planOf(desired: Desired, found: Found): readonly Step[] {
  const unknown = desired.permissions.filter((name) => !found.graph.permissions.has(name));
  if (unknown.length > 0) throw new RangeError(`Graph knows no permission ${unknown.join(', ')}`);
  return [
    ...registrationSteps(desired, found),
    ...(found.servicePrincipalId === undefined
      ? [{ do: 'create-service-principal' } as const]
      : []),
    ...federatedSteps(desired, found),
    ...permissionSteps(desired, found),
    ...administratorSteps(desired, found),
  ];
}

function registrationSteps(desired: Desired, found: Found): readonly Step[] {
  const registration = registrationOf(desired, found);
  const { application } = found;
  if (application === undefined)
    return [
      { do: 'create-application', body: { displayName: desired.name, ...registration } },
      { do: 'expose-api' },
    ];
  const changed = Object.entries(registration).filter(
    ([name, value]) => !isDeepStrictEqual(value, application[name as keyof Registration]),
  );
  const { identifierUris, api } = application;
  const isExposed = isDeepStrictEqual(exposureOf(application), { identifierUris, api });
  return [
    ...(changed.length > 0
      ? [{ do: 'update-application', body: Object.fromEntries(changed) } as const]
      : []),
    ...(isExposed ? [] : [{ do: 'expose-api' } as const]),
  ];
}

function federatedSteps(desired: Desired, { federated }: Found): readonly Step[] {
  const body = federatedOf(desired);
  if (body === undefined) return [];
  const trusted = federated.some(
    ({ issuer, subject }) => issuer === body.issuer && subject === body.subject,
  );
  if (trusted) return [];
  const known = federated.find(({ name }) => name === FEDERATED_NAME);
  return known
    ? [{ do: 'update-federated', id: known.id, body }]
    : [{ do: 'create-federated', body }];
}

/** What is granted and no longer asked for is taken back; what others granted stays. */
function permissionSteps({ permissions, consents }: Desired, found: Found): readonly Step[] {
  const names = new Map([...found.graph.permissions].map(([name, id]) => [id, name]));
  const held = found.granted.map((one) => ({ ...one, permission: names.get(one.appRoleId) ?? '' }));
  const missing = permissions.filter((name) => !held.some(({ permission }) => permission === name));
  const surplus = held.filter(
    ({ permission }) => isOurs(permission) && !permissions.includes(permission),
  );
  const grants = missing.map((permission): Step => {
    return { do: 'grant', permission, roleId: found.graph.permissions.get(permission) ?? '' };
  });
  return [
    ...(consents ? grants : []),
    ...surplus.map(({ permission, id }): Step => ({ do: 'revoke', permission, assignmentId: id })),
  ];
}

function administratorSteps(desired: Desired, found: Found): readonly Step[] {
  const isAdmin = ({ value }: { readonly value: string | null }) => value === 'Sync.Admin';
  const roleId = [...(found.application?.appRoles ?? []), ...APP_ROLES].find(isAdmin)?.id ?? '';
  const missing = desired.administrators.filter(
    (id) => !found.administrators.some((one) => one.principalId === id && one.appRoleId === roleId),
  );
  return missing.map((principalId) => ({ do: 'assign', principalId, roleId }));
}
