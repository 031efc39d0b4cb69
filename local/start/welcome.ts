import type { LocalAzure } from '../azure.ts';
import type { Paint } from './paint.ts';

/** What is worth showing of what runs. */
export type Running = Pick<LocalAzure, 'url' | 'tenantUrl' | 'adminToken'>;

/** What the commands are about. */
export interface Shown {
  readonly connectionId: string;
  /** A token of the application. */
  readonly scimToken: string;
  readonly user?: string;
}

/** What there is to try, with commands to copy. */
export function welcomeLines(
  { url, tenantUrl, adminToken }: Running,
  { connectionId, scimToken, user = 'USER' }: Shown,
  paint: Paint,
): string[] {
  const connection = `${url}/manage/connections/${connectionId}`;
  const manage = (rest: string) => `curl -H "Authorization: Bearer $TOKEN" ${rest}`;
  const control = `curl -k -X PATCH ${tenantUrl}/__tenant/users/${user}`;
  const heading = (text: string) => ['', paint('bold', `  ${text}`)];
  const commands = (...lines: string[]) => lines.map((line) => `    ${paint('cyan', line)}`);
  return [
    ...heading('Admin API'),
    ...commands(
      `export TOKEN=${adminToken}`,
      manage(`${connection}/status`),
      manage(`${connection}/runs`),
      manage(`-X POST ${connection}/sync-now`),
      `curl ${url}/health`,
    ),
    paint('dim', '    The token was made on this machine; in Azure it stands in the key vault.'),
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
