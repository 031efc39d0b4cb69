import type { StoredConnection } from '../ports/connections.ts';
import { authorizationOf } from '../sync/authorization.ts';
import { PARTS } from '../sync/entra-credential.ts';
import { rulesOf } from '../sync/rules/rules-of.ts';
import { signInAdvice } from '../sync/sign-in-advice.ts';
import { testedKey } from '../sync/tested.ts';
import { shownCredential } from './entra-settings.ts';
import type { Call } from './manage.ts';

/** How each part stands with the tenant, and each credential; nothing secret is in it. */
export async function authorizationView({ services }: Call, connection: StoredConnection) {
  const { proofs, failures, test } = await services.authorizations.of(connection);
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
      return {
        ...shownCredential(credential),
        failure: failure ? { ...failure, next: signInAdvice(failure.code, failure.message) } : null,
      };
    }),
  };
}
