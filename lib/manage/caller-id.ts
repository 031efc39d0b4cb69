import type { Call } from './manage.ts';

/** Whose word it is, for histories: there is one token, and so one administrator. */
export function callerId(_call: Pick<Call, 'request'>): string {
  return 'administrator';
}
