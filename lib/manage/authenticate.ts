import type { HttpRequest } from '@azure/functions';
import { AppError } from '../errors.ts';
import { bearerToken } from '../http.ts';
import type { Services } from '../ports.ts';
import { isSameText } from '../sync/same-text.ts';
import { greatestRole, type Role } from './roles.ts';

/** Who asks: by ids alone, since a name would be personal data in every log. */
export interface Caller {
  /** The object id of a person or a service principal; `admin-token` on a machine of one's own. */
  readonly id: string;
  /** The application that they use, where it is known. */
  readonly appId: string | null;
  /** The greatest that they hold; undefined where they hold none. */
  readonly role: Role | undefined;
}

/** What tells who asks. */
type SignIn = Pick<Services, 'adminTokens'> & {
  readonly secrets: Pick<Services['secrets'], 'get'>;
};

/** The token of a machine of one's own stands in the vault under this name. */
const ADMIN_TOKEN = 'admin-token';

/**
 * Who a request is from: a token of Entra's where administrators sign in there, and no other; the
 * administrator's token otherwise.
 * @throws AppError `unauthorized`, `unavailable` while nobody can tell
 */
export async function authenticate(
  { adminTokens, secrets }: SignIn,
  request: HttpRequest,
): Promise<Caller> {
  const token = bearerToken(request);
  if (adminTokens === undefined) return localAdministrator(secrets, token);
  if (token === undefined) throw new AppError('unauthorized', 'a bearer token of Entra is needed');
  const found = await adminTokens.verify(token);
  if ('problem' in found) throw refused(found.problem);
  const { id, appId, roles } = found;
  return { id, appId, role: greatestRole(roles) };
}

async function localAdministrator(
  secrets: SignIn['secrets'],
  token: string | undefined,
): Promise<Caller> {
  const expected = (await secrets.get(ADMIN_TOKEN)) ?? '';
  if (expected === '')
    throw new AppError(
      'unauthorized',
      'nobody can sign in yet: set ADMIN_ISSUER and ADMIN_AUDIENCE (docs/operations.md)',
    );
  if (token === undefined) throw new AppError('unauthorized', 'a bearer token is needed');
  if (!isSameText(token, expected)) throw refused('the token is not valid');
  return { id: ADMIN_TOKEN, appId: null, role: 'Sync.Admin' };
}

function refused(problem: string): AppError {
  return new AppError('unauthorized', problem, { tokenError: 'invalid_token' });
}
