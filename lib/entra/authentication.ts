import type { GetTokenOptions, TokenCredential } from '@azure/identity';
import { AppError } from '../errors.ts';
import type { Clock } from '../ports/platform.ts';
import { type GraphBase, ownLink } from './graph-base.ts';
import type { Call, Handle } from './middleware.ts';
import { tokenFailure } from './token-failure.ts';

/** Who signs in where. */
export interface AuthenticationOptions {
  readonly base: GraphBase;
  readonly credential: TokenCredential;
  readonly clock: Clock;
}

/**
 * Puts the token on a call to the base URL's own origin and refuses any other. Caching is the
 * credential's. A 401 is answered once with a fresh token: the cached one may have been revoked.
 * @throws AppError `bad-link`, `credential-refused`, `unavailable` (no token in time)
 */
export function authentication(options: AuthenticationOptions): Handle {
  return async (call, next) => {
    ownLink(options.base, call.options.url);
    await authorize(options, call);
    const response = await next();
    if (response.status !== 401) return response;
    const challenge = response.headers.get('www-authenticate');
    await authorize(options, call, challengeClaims(challenge) ?? newerThan(options.clock.now()));
    return next();
  };
}

async function authorize(
  { base, credential, clock }: AuthenticationOptions,
  call: Call,
  claims?: string,
): Promise<void> {
  const left = call.options.deadline - clock.now();
  const signal = AbortSignal.timeout(Math.max(1, left));
  const asked: GetTokenOptions = { abortSignal: signal, ...(claims !== undefined && { claims }) };
  try {
    const token = await Promise.race([credential.getToken(base.scope, asked), expiryOf(signal)]);
    if (!token) throw new AppError('credential-refused', 'the credential holds no token');
    call.headers.set('authorization', `Bearer ${token.token}`);
  } catch (error) {
    throw tokenFailure(error);
  }
}

/** Credentials do not all obey the signal while they wait for the network. */
function expiryOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new AppError('unavailable', 'Entra gave no token in time'));
    });
  });
}

/** The claims that a challenge asks for (Entra docs: claims challenge); base64 in a parameter. */
function challengeClaims(header: string | null): string | undefined {
  const encoded = /\bclaims="([A-Za-z0-9+/_=-]+)"/.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  return isJsonObject(decoded) ? decoded : undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/**
 * Where the 401 asks for nothing, the claim by which challenges ask for a token issued after a
 * moment: requested claims are the one thing that makes a credential pass over its cache.
 */
function newerThan(now: number): string {
  const value = String(Math.floor(now / 1_000));
  return JSON.stringify({ access_token: { nbf: { essential: true, value } } });
}
