import { AppError } from '../errors.ts';

const LIMIT_MS = 4_000;

/**
 * Asks whether the address where tokens come from answers; no tenant's in particular.
 * @throws AppError `unavailable`
 */
export async function reachSignIn(authority: string, send: typeof fetch = fetch): Promise<void> {
  const url = `${authority.replace(/\/+$/, '')}/common/v2.0/.well-known/openid-configuration`;
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const { status, body } = await send(url, { redirect: 'manual', signal });
    await body?.cancel();
    // Whatever it thinks of the path: it is there.
    if (status < 500) return;
    throw new AppError('unavailable', `the sign-in address answers ${status}`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('unavailable', 'the sign-in address does not answer', { cause: error });
  }
}
