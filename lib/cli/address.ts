import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const HOW = 'Set TANDEM_URL, or give --url: https://… as it stands in PUBLIC_URL.';

/**
 * The origin of the app: tokens are sent there, so it is https, or this very machine.
 * @throws CommandFailure
 */
export function originOf(text: string | undefined): string {
  if (text === undefined || text === '') throw wrong('Where is Tandem?');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw wrong('The address of Tandem is no https address.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong('The address of Tandem has no user, query or fragment.');
  if (url.pathname !== '/') throw wrong('The address of Tandem has no path.');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw wrong('The address of Tandem is https: what is sent there is a token.');
  return url.origin;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function wrong(problem: string): CommandFailure {
  return new CommandFailure(EXIT.usage, problem, [HOW]);
}
