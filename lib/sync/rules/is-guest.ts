import type { Properties } from '../entry.ts';

/**
 * Whether somebody is from outside the tenant. Accounts from before there were guests have no type
 * (Graph docs: user), and are members.
 */
export function isGuest({ userType }: Properties): boolean {
  return typeof userType === 'string' && userType.toLowerCase() === 'guest';
}
