import type { Call } from './call.ts';
import { type FunctionTable, simple } from './definition.ts';
import type { Scope } from './node.ts';
import { type ExpressionValue, isList } from './value.ts';

/** What Entra writes as the type of a role (Entra docs: provisioning a role to a SCIM app). */
const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';

/** A role that is assigned to a user, as [appRoleAssignments] holds it. */
interface Role {
  readonly value: string;
  readonly display: string;
}

/**
 * Functions of app role assignments: objects with a `value`, a `displayName`, or both. The first
 * two yield the same; it is the writer who adds for one and replaces for the other.
 */
export const ROLE_FUNCTIONS: FunctionTable = {
  AppRoleAssignmentsComplex: simple([1], complexRoles),

  AssertiveAppRoleAssignmentsComplex: simple([1], complexRoles),

  /** The one role's name. Which of several it is must not be left to chance. */
  SingleAppRoleAssignment: simple([1], (call, scope) => {
    const [role, ...others] = rolesOf(call, scope);
    if (others.length > 0) return call.fail('more than one role is assigned');
    return role?.value ?? null;
  }),
};

function complexRoles(call: Call, scope: Scope): ExpressionValue {
  const roles = rolesOf(call, scope);
  if (roles.length === 0) return null;
  return roles.map((role) => ({ ...role, type: ROLE_TYPE, primary: false }));
}

function rolesOf(call: Call, scope: Scope): readonly Role[] {
  return call.list(scope, 0).map((item) => {
    const role = roleOf(item);
    return role ?? call.fail('an assignment has neither value nor displayName');
  });
}

function roleOf(item: ExpressionValue): Role | undefined {
  if (item === null || typeof item !== 'object' || isList(item)) return undefined;
  const value = textIn(item, 'value');
  const display = textIn(item, 'displayName');
  const [known] = [value, display].filter((text) => text !== undefined);
  return known === undefined ? undefined : { value: value ?? known, display: display ?? known };
}

function textIn(
  item: { readonly [name: string]: ExpressionValue },
  name: string,
): string | undefined {
  const text = Object.hasOwn(item, name) ? item[name] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
