import type { EntraDraft, EntraMember, EntraOutcome } from '../../lib/ports/entra-writes.ts';
import type { Properties } from '../../lib/sync/entry.ts';

/** A domain of the tenant's. */
export const DOMAIN = 'haldenworks.example';
/** An id that nothing has. */
export const nobody = '99999999-0000-4000-8000-000000000000';

let number = 0;

/** A new user, with a name of its own. */
export function person(properties: Properties = {}): EntraDraft {
  number += 1;
  return {
    kind: 'user',
    properties: {
      accountEnabled: true,
      displayName: 'Ada Quill',
      mailNickname: `quill${number}`,
      userPrincipalName: `quill${number}@${DOMAIN}`,
      passwordProfile: { password: 'nearly-random-91', forceChangePasswordNextSignIn: true },
      ...properties,
    },
  };
}

/** A new security group. */
export function crew(members: readonly string[] = []) {
  number += 1;
  const properties = {
    displayName: 'Crew',
    mailEnabled: false,
    mailNickname: `crew${number}`,
    securityEnabled: true,
  };
  return { kind: 'group' as const, properties, members };
}

/** One group with these members. */
export function pairsOf(groupId: string, members: readonly string[]): EntraMember[] {
  return members.map((memberId) => ({ groupId, memberId }));
}

/** `ok`, or why not. */
export function reasonsOf(outcomes: readonly EntraOutcome[]): string[] {
  return outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));
}
