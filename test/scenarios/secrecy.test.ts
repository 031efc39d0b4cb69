import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type SigningCertificate,
  signingCertificate,
} from '../local/tenant/signing-certificate.ts';
import { startWorld, type World } from './world.ts';

const READS = ['User.Read.All', 'Group.Read.All', 'Directory.Read.All'];

let folder: string;
let world: World;
let certificate: SigningCertificate;
let logs = '';
/** Everything that the app has answered. */
const answers: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-secrecy-'));
  certificate = await signingCertificate();
  world = await startWorld({
    users: 5,
    groups: 2,
    memberships: 4,
    empty: true,
    own: {
      dataDir: folder,
      env: { LOG_LEVEL: 'debug' },
      onOutput: (text) => {
        logs += text;
      },
    },
  });
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: unknown) {
  const etag = (await world.admin.ask('GET', path)).headers.get('etag') ?? '*';
  const headers: Record<string, string> = method === 'PATCH' ? { 'if-match': etag } : {};
  const sent = body === undefined ? { headers } : { headers, body };
  const answer = await world.admin.ask(method, path, sent);
  answers.push(JSON.stringify([...answer.headers, answer.body]));
  return answer;
}

/** Everything that lies on the disk but what the vault keeps, and who the tenant is. */
async function stored(): Promise<Map<string, Buffer>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const others = files.filter(
    (file) => file.isFile() && !/^(vault|installation)/.test(basename(file.name)),
  );
  const paths = others.map((file) => join(file.parentPath, file.name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)),
  );
}

it('what opens a tenant stands in the vault, and in no answer, log, row or message', async () => {
  const id = `told-${randomUUID().slice(0, 8)}`;
  const path = `/manage/connections/${id}`;
  const planted = `planted-${randomUUID()}`;
  const wrong = `wrong-${randomUUID()}`;
  const app = { clientId: randomUUID(), secret: planted, roles: READS };
  await world.tenant.addApp({ ...app, certificates: [certificate.cert] });
  const { clientId } = app;
  const credentials = [
    { kind: 'secret', clientId, secret: wrong },
    { kind: 'secret', clientId, secret: planted, expiresAt: new Date(Date.now() + 9e8) },
    { kind: 'certificate', clientId, certificate: certificate.pem },
    { kind: 'connector', for: 'domains' },
  ];
  const entra = { tenantId: world.azure.tenantId, credentials };
  const body = { id, name: 'Told', entra };
  expect(await ask('POST', '/manage/connections', body)).toMatchObject({ status: 201 });
  expect(await ask('POST', `${path}/test`)).toMatchObject({ body: { passed: true } });
  await ask('POST', `${path}/test`, { entra: { clientSecret: planted } });
  await ask('POST', `${path}/test`, { entra: { credentials: credentials.slice(0, 3) } });
  await ask('POST', '/manage/connections', { ...body, name: '' });
  await ask('POST', `${path}/entra/credentials`, {
    credential: { kind: 'certificate', clientId, certificate: certificate.key },
  });
  const asked = await ask('POST', `${path}/authorize`);
  const { address } = z.object({ address: z.url() }).parse(asked.body);
  const state = new URL(address).searchParams.get('state') ?? '';
  // The address is what the answer is for.
  answers.pop();
  const back = await fetch(address, { redirect: 'manual' });
  answers.push(await (await fetch(back.headers.get('location') ?? '')).text());
  const { id: plan } = await world.admin.preview(id);
  expect(await ask('PUT', `${path}/sync`, { enabled: true, plan })).toMatchObject({
    status: 200,
  });
  await world.until(async () => {
    const [run] = await world.admin.runs(id);
    return run !== undefined && run.state !== 'running';
  });
  await ask('PATCH', path, { entra: { clientSecret: planted } });
  await world.azure.runTimer('housekeeping-timer');
  for (const rest of ['', '/status', '/entra/credentials', '/domains', '/runs'])
    await ask('GET', path + rest);
  await world.azure.restartBroker();

  const keyLine = certificate.key.split('\n')[3] ?? '';
  const secrets = [planted, wrong, world.azure.clientSecret, keyLine, state.split('.')[1] ?? ''];
  const files = await stored();
  expect([...files.keys()].map((path) => basename(path)).join(' ')).toMatch(/bus|broker/);
  const forms = (secret: string) => [Buffer.from(secret), Buffer.from(secret, 'utf16le')];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
    expect(logs.includes(secret)).toBe(false);
    const holders = [...files].filter(([, bytes]) =>
      forms(secret).some((one) => bytes.includes(one)),
    );
    expect(holders.map(([path]) => path)).toEqual([]);
  }
  // The search finds what is there.
  expect([...files.values()].some((bytes) => bytes.includes(`connection-${id}-`))).toBe(true);
  expect(logs.length).toBeGreaterThan(100);
});
