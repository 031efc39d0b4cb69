import { type AdminSignIn, tokenForm, tokenUrlOf } from '../admin-bearer.ts';
import type { LocalAzure } from '../azure.ts';
import type { Paint } from './paint.ts';

/** What is worth showing of what runs. */
export type Running = Pick<LocalAzure, 'url' | 'adminToken'> & AdminSignIn;

/** What the commands are about. */
export interface Shown {
  readonly connectionId: string;
  /** A token of the application. */
  readonly scimToken: string;
  /** Whether administrators sign in to the tenant. */
  readonly signIn: boolean;
  readonly user?: string;
}

const OF_THIS_MACHINE =
  'The token is for this machine alone. In Azure administrators sign in to Entra: npm start -- --sign-in';
const OF_ENTRA = 'The token comes from the tenant, as in Azure, and is good for an hour.';

/** What there is to try, with commands to copy. */
export function welcomeLines(
  running: Running,
  { connectionId, scimToken, signIn, user = 'USER' }: Shown,
  paint: Paint,
): string[] {
  const { url, tenantUrl, adminToken } = running;
  const connection = `${url}/manage/connections/${connectionId}`;
  const manage = (rest: string) => `curl -H "Authorization: Bearer $TOKEN" ${rest}`;
  const control = `curl -k -X PATCH ${tenantUrl}/__tenant/users/${user}`;
  const heading = (text: string) => ['', paint('bold', `  ${text}`)];
  const commands = (...lines: string[]) => lines.map((line) => `    ${paint('cyan', line)}`);
  return [
    ...heading('Admin API'),
    ...commands(
      `export TOKEN=${signIn ? signInCommand(running) : adminToken}`,
      manage(`${connection}/status`),
      manage(`${connection}/runs`),
      manage(`-X POST ${connection}/sync-now`),
      `curl ${url}/health`,
    ),
    paint('dim', `    ${signIn ? OF_ENTRA : OF_THIS_MACHINE}`),
    ...heading('The command line'),
    ...commands(
      `export TANDEM_URL=${url} TANDEM_TOKEN=$TOKEN`,
      `npx tandem status ${connectionId}`,
      `npx tandem resync ${connectionId}`,
    ),
    ...heading("The application's directory, by SCIM 2.0"),
    ...commands(
      `export SCIM=${scimToken}`,
      `curl -H "Authorization: Bearer $SCIM" "${url}/scim/v2/${connectionId}/Users?count=2"`,
      `curl -H "Authorization: Bearer $SCIM" -G ${url}/scim/v2/${connectionId}/Groups --data-urlencode 'filter=displayName sw "A"'`,
    ),
    ...heading('Change something in Entra ID'),
    ...commands(
      `${control} -H 'content-type: application/json' -d '{"jobTitle":"Captain"}'`,
      `curl -k "${tenantUrl}/__tenant/users?search=anna"`,
      `curl -k ${tenantUrl}/__tenant/stats`,
    ),
    paint('dim', '    -k, because the simulated tenant made its certificate at this start.'),
  ];
}

/** A token by client credentials, with nothing but what is there anyway. */
function signInCommand(running: Running): string {
  const form = Object.entries(tokenForm(running)).map(([name, value]) => `-d ${name}=${value}`);
  const read = `node -pe 'JSON.parse(fs.readFileSync(0)).access_token'`;
  return `$(curl -sk ${tokenUrlOf(running)} ${form.join(' ')} | ${read})`;
}
