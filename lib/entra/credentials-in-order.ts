import type { AccessToken, TokenCredential } from '@azure/identity';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import { rolesIn } from './granted-roles.ts';
import { tokenFailure } from './token-failure.ts';

/** A credential, and the name it is told by. */
export interface NamedCredential {
  readonly id: string;
  readonly credential: TokenCredential;
}

/** Who is told what becomes of credentials: of each change, and of a failure once an hour. */
export interface CredentialWatch {
  readonly clock: Pick<Clock, 'now'>;
  failed(id: string, failure: AppError): void;
  /** It was refused, and another one is used in its place; after `failed`. */
  replaced(id: string, failure: AppError): void;
  worked(id: string): void;
}

/** A credential that was refused is passed over for so long. */
const PASSED_OVER_MILLISECONDS = 60 * 60_000;

/**
 * Several credentials as one: the first that Entra takes. One that is refused (expired, revoked,
 * disabled, without any permission) is passed over for an hour, and the next is used at once; where
 * none is left, those that were passed over are tried all the same.
 * `getToken` throws AppError `unavailable` where one of them could not be asked, or else
 * `credential-refused`: what was said of the first.
 */
export function credentialsInOrder(
  ordered: readonly NamedCredential[],
  watch: CredentialWatch,
): TokenCredential {
  const failedAt = new Map<string, number>();
  const working = new Set<string>();
  const isPassedOver = ({ id }: NamedCredential) =>
    watch.clock.now() - (failedAt.get(id) ?? Number.NEGATIVE_INFINITY) < PASSED_OVER_MILLISECONDS;
  const fail = (id: string, failure: AppError, wasPassedOver: boolean) => {
    working.delete(id);
    if (wasPassedOver) return;
    failedAt.set(id, watch.clock.now());
    watch.failed(id, failure);
  };
  const replace = (refused: readonly [NamedCredential, AppError][]) => {
    for (const [{ id }, failure] of refused) watch.replaced(id, failure);
  };
  const work = (id: string) => {
    failedAt.delete(id);
    if (working.has(id)) return;
    working.add(id);
    watch.worked(id);
  };
  return {
    getToken: async (scopes, options) => {
      const passedOver = new Set(ordered.filter(isPassedOver));
      const isNew = (one: NamedCredential) => !passedOver.has(one);
      const inTurn = [...ordered.filter(isNew), ...passedOver];
      const failures = new Map<NamedCredential, AppError>();
      let powerless: AccessToken | undefined;
      for (const one of inTurn) {
        const { token, failure } = await attempt(() => one.credential.getToken(scopes, options));
        const refusal = failure ?? (ordered.length > 1 && token ? lack(token) : undefined);
        if (token && !refusal) {
          work(one.id);
          replace([...failures].filter(([other, { retryable }]) => isNew(other) && !retryable));
          return token;
        }
        powerless ??= token;
        if (!refusal) continue;
        failures.set(one, refusal);
        // One that could not be asked is asked again the next time.
        if (!refusal.retryable) fail(one.id, refusal, passedOver.has(one));
      }
      if (powerless) return powerless;
      const told = ordered.flatMap((one) => failures.get(one) ?? []);
      throw told.find(({ retryable }) => retryable) ?? told[0] ?? NOTHING;
    },
  };
}

const NOTHING = new AppError('credential-refused', 'there is no credential to sign in with');

/** A token, or why there is none. */
async function attempt(
  getToken: () => Promise<AccessToken | null>,
): Promise<{ readonly token?: AccessToken; readonly failure?: AppError }> {
  try {
    const token = await getToken();
    if (token) return { token };
    return { failure: new AppError('credential-refused', 'the credential holds no token') };
  } catch (error) {
    return { failure: tokenFailure(error) };
  }
}

/** Where there are others, a token without permissions is as good as none (Entra docs: `roles`). */
function lack({ token }: AccessToken): AppError | undefined {
  if (rolesIn(token)?.size !== 0) return undefined;
  return new AppError('access-denied', 'the application has no permission in the tenant');
}
