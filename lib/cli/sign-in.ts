import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import type { Outside } from './outside.ts';

/** A token is asked for anew this long before it ends. */
const MARGIN_MS = 5 * 60_000;
/** What can stand in a header, and is no mistake in copying (RFC 6750 section 2.1). */
const TOKEN = /^[\w.~+/=-]{1,20000}$/;

const HOW = [
  'Set TANDEM_TOKEN to a token, or TANDEM_SCOPE to api://CLIENTID/.default of the admin API and sign in: az login.',
];

/** Gives the token of each request. */
export type Bearer = () => Promise<string>;

/**
 * A token as it was given, or else whoever is signed in to Azure.
 * @throws CommandFailure from `Bearer`, where nobody is signed in
 */
export function bearerOf(
  { now, signIn }: Pick<Outside, 'now' | 'signIn'>,
  { token, scope }: { readonly token: string | undefined; readonly scope: string | undefined },
): Bearer {
  if (token) return async () => requireToken(token.trim());
  if (!scope) return () => Promise.reject(notSignedIn('Nobody is signed in.'));
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.token;
    const { token: fresh, expiresAt } = await signIn(scope).catch(refused);
    kept = { token: requireToken(fresh), until: expiresAt - MARGIN_MS };
    return kept.token;
  };
}

/** What is wrong with a token never shows it. */
function requireToken(token: string): string {
  if (TOKEN.test(token)) return token;
  throw notSignedIn('The token holds what no token holds; was all of it copied, and nothing else?');
}

function refused(error: unknown): never {
  const why = error instanceof Error ? error.message.split('\n')[0] : '';
  throw notSignedIn(`Signing in did not work. ${why}`);
}

function notSignedIn(problem: string): CommandFailure {
  return new CommandFailure(EXIT.notPermitted, problem, HOW);
}
