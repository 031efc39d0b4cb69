import { AppError } from '../errors.ts';

/** The app roles of the admin API, least first; each includes those before it. */
const ROLES = ['Sync.Read', 'Sync.Operate', 'Sync.Admin'] as const;

export type Role = (typeof ROLES)[number];

/** The greatest of some app roles; undefined where none is ours. */
export function greatestRole(held: readonly string[]): Role | undefined {
  return ROLES.findLast((role) => held.includes(role));
}

/**
 * Lets callers pass who hold a role, or a greater one.
 * @throws AppError `access-denied` that names the role
 */
export function requireRole({ role }: { readonly role: Role | undefined }, needed: Role): void {
  if (role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed)) return;
  throw new AppError('access-denied', `this takes the app role ${needed}`, {
    tokenError: 'insufficient_scope',
  });
}
