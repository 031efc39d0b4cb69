import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCertificates } from '../certificates.ts';
import { READ_ROLES, WRITE_ROLES } from './graph/permissions.ts';
import { tenantOptionsSchema } from './options.ts';
import { startTenant, type Tenant } from './tenant.ts';

// Runs a tenant in a process of its own. A parent forks it with the options as JSON and hears
// when it is ready; a person gives flags and reads the addresses.
const [given = ''] = process.argv.slice(2);
if (given.startsWith('{')) await runForParent(given);
else await runForPerson();

async function runForParent(json: string): Promise<void> {
  const tenant = await startTenant(tenantOptionsSchema.parse(JSON.parse(json)));
  closeAtEnd(tenant);
  const { port, baseUrl, tenantId } = tenant;
  process.send?.({ ready: true, port, baseUrl, tenantId });
}

async function runForPerson(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      users: { type: 'string', default: '200' },
      groups: { type: 'string', default: '40' },
      memberships: { type: 'string', default: '800' },
      seed: { type: 'string', default: '1' },
      writes: { type: 'boolean', default: false },
      'callback-ca': { type: 'string' },
    },
  });
  const { users, groups, memberships, seed, 'callback-ca': callbackCaFile } = values;
  const app = {
    clientId: randomUUID(),
    secret: randomBytes(24).toString('base64url'),
    roles: [...READ_ROLES, ...(values.writes ? WRITE_ROLES : [])],
  };
  const { key, cert, caFile } = await makeCertificates(await mkdtemp(join(tmpdir(), 'tenant-')));
  const tenant = await startTenant({
    port: Number(values.port),
    tls: { key, cert },
    apps: [app],
    ...(callbackCaFile !== undefined && { callbackCa: await readFile(callbackCaFile, 'utf8') }),
    seed: {
      users: Number(users),
      groups: Number(groups),
      memberships: Number(memberships),
      seed: Number(seed),
    },
  });
  closeAtEnd(tenant);
  const lines = [
    `Tenant          ${tenant.tenantId}`,
    `Sign-in         ${tenant.baseUrl}/${tenant.tenantId}/oauth2/v2.0/token`,
    `Microsoft Graph ${tenant.baseUrl}/v1.0`,
    `Controls        ${tenant.baseUrl}/__tenant/`,
    `Client id       ${app.clientId}`,
    `Client secret   ${app.secret}`,
    `Trust           NODE_EXTRA_CA_CERTS=${caFile}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function closeAtEnd(tenant: Tenant): void {
  const close = () => {
    void tenant.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  process.once('disconnect', close);
}
