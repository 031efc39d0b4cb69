import type { StoredConnection } from '../ports/connections.ts';
import { authorizationOf } from '../sync/authorization.ts';
import { PARTS } from '../sync/entra-credential.ts';
import { daysUntil, TOLD_BEFORE } from '../sync/expiry.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { signInAdvice } from '../sync/sign-in-advice.ts';
import { testedKey } from '../sync/tested.ts';
import { shownCredential } from './entra-settings.ts';
import type { Call } from './manage.ts';

/** How each part stands with the tenant, and each credential; nothing secret is in it. */
export async function authorizationView({ services }: Call, connection: StoredConnection) {
  const { proofs, failures, test, expiries } = await services.authorizations.of(connection);
  const { settings } = rulesOf(connection);
  return {
    authorization: Object.fromEntries(
      PARTS.map((part) => [part, authorizationOf(part, proofs[part], settings)]),
    ),
    lastTest: test && {
      at: test.at,
      by: test.by,
      passed: test.passed,
      /** Whether the settings were changed since. */
      isOfNow: test.of === testedKey(connection),
    },
    entraCredentials: connection.entra.credentials.map((credential) => {
      const failure = failures.get(credential.id);
      const read = connection.entra.readsExpiry ? expiries?.ends[credential.id] : undefined;
      const expiresAt = read ?? credential.expiresAt;
      return {
        ...shownCredential(credential),
        ...expiryView(expiresAt, services.clock.now()),
        failure: failure ? { ...failure, next: signInAdvice(failure.code, failure.message) } : null,
      };
    }),
  };
}

/** Days that are left, and what to do where they are few. */
function expiryView(expiresAt: string | null, now: number) {
  if (expiresAt === null) return { expiresAt, daysLeft: null };
  const daysLeft = daysUntil(expiresAt, now);
  return { expiresAt, daysLeft, ...(daysLeft <= FEW_DAYS && { expiryNext: RENEW }) };
}

const FEW_DAYS = Math.max(...TOLD_BEFORE);
const RENEW = 'make a new secret or certificate, add it as a credential, then remove this one';
