import type { Call } from './manage.ts';

/** Who an administrator is, for what is written down of it. */
export function callerOf(_call: Call): string {
  return 'administrator';
}
