import type { LocalAzure } from '../azure.ts';
import type { Paint } from './paint.ts';

/** What is worth showing of what runs. */
export type Running = Pick<LocalAzure, 'url' | 'tenantUrl' | 'adminToken'>;

/** What there is to try, with commands to copy. */
export function welcomeLines(
  { url, tenantUrl, adminToken }: Running,
  { connectionId, user = 'USER' }: { readonly connectionId: string; readonly user?: string },
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
    ...heading('Change something in Entra ID'),
    ...commands(
      `${control} -H 'content-type: application/json' -d '{"jobTitle":"Captain"}'`,
      `curl -k "${tenantUrl}/__tenant/users?search=anna"`,
      `curl -k ${tenantUrl}/__tenant/stats`,
    ),
    paint('dim', '    -k, because the simulated tenant made its certificate at this start.'),
  ];
}
