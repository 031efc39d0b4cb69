import { AppError } from '../errors.ts';
import { type Check, failed, ok } from '../sync/check.ts';
import type { Connection } from '../sync/connection.ts';
import type { Call } from './manage.ts';

/** An id that nobody has: reading and removing it changes nothing. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

const NEXT: ReadonlyMap<string, string> = new Map([
  ['access-denied', 'let this app read and write the application’s directory'],
  ['credential-refused', 'enter the credential of the application’s directory anew'],
  ['throttled', 'nothing: try again in a minute'],
]);

/** Whether the application's directory can be read and written. */
export async function checkApplication(
  { services }: Call,
  connection: Connection,
): Promise<readonly Check[]> {
  const app = services.directories.app(connection);
  return [
    await attempt('application-readable', () => app.read('user', [NOBODY])),
    await attempt('application-writable', () => app.remove('user', [NOBODY], 0)),
  ];
}

async function attempt(check: Check['check'], work: () => Promise<unknown>): Promise<Check> {
  const about = { check, required: true };
  try {
    await work();
    return ok(about);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message: detail } = error;
    const next = NEXT.get(code) ?? 'see that the application’s directory answers, then test again';
    return failed(about, { code, detail, next });
  }
}
