import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type SigningCertificate,
  signingCertificate,
} from '../local/tenant/signing-certificate.ts';
import { EVERYBODY } from './everybody.ts';
import { fresh } from './fresh.ts';
import { startReceivers } from './receivers.ts';
import { openScimClient } from './scim-client.ts';
import { openSearch, type Search } from './search.ts';
import { startWorld, type World } from './world.ts';

const READS = ['User.Read.All', 'Group.Read.All', 'Directory.Read.All'];

/** All but the application's own directory, which is there to hold people. */
const STATE = [
  'connections',
  'checkpoints',
  'rejected',
  'links',
  'runs',
  'plans',
  'credentials',
  'authorizations',
  'handovers',
  'alerts',
];

const smtp = { user: 'tandem', password: `smtp-${randomUUID()}` };

let folder: string;
let world: World;
let search: Search;
let receivers: Awaited<ReturnType<typeof startReceivers>>;
let certificate: SigningCertificate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-secrecy-'));
  search = openSearch(folder);
  [certificate, receivers] = await Promise.all([signingCertificate(), startReceivers(smtp)]);
  world = await startWorld({
    users: 5,
    groups: 2,
    memberships: 4,
    empty: true,
    writes: true,
    own: { dataDir: folder, env: { LOG_LEVEL: 'debug' }, onOutput: search.hear },
  });
});
afterAll(async () => {
  await world?.stop();
  await receivers?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: unknown) {
  const etag = (await world.admin.ask('GET', path)).headers.get('etag') ?? '*';
  const headers: Record<string, string> = method === 'PATCH' ? { 'if-match': etag } : {};
  const sent = body === undefined ? { headers } : { headers, body };
  const answer = await world.admin.ask(method, path, sent);
  search.keep(JSON.stringify([...answer.headers, answer.body]));
  return answer;
}

/** An answer that is there to tell a secret, this once. */
async function askOnce<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown) {
  const answer = await ask(method, path, body);
  search.forgetLast();
  return schema.parse(answer.body);
}

async function expectNowhere(secrets: Readonly<Record<string, string>>): Promise<void> {
  await world.azure.restartBroker();
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(11);
    expect(await search.holdersOf(secret), name).toEqual([]);
  }
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
  const consent = z.object({ address: z.url() });
  const { address } = await askOnce('POST', `${path}/authorize`, consent);
  const state = new URL(address).searchParams.get('state') ?? '';
  const back = await fetch(address, { redirect: 'manual' });
  search.keep(await (await fetch(back.headers.get('location') ?? '')).text());
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

  await expectNowhere({
    planted,
    wrong,
    clientSecret: world.azure.clientSecret,
    adminToken: world.azure.adminToken,
    certificate: certificate.key.split('\n')[3] ?? '',
    consent: state.split('.')[1] ?? '',
  });
  // The search finds what is there.
  expect((await search.holdersOf(`connection-${id}-`)).length).toBeGreaterThan(0);
  expect(search.isLogged('connection created')).toBe(true);
});

it('what opens the SCIM service, signs webhooks, sends mail or is handed over once is told once', async () => {
  const rules = {
    ...EVERYBODY,
    users: { ...EVERYBODY.users, export: true, create: { domain: 'haldenworks.example' } },
  };
  const own = await world.another(fresh('handed'), rules);
  const path = `/manage/connections/${own.connectionId}`;
  await world.setSecret('smtp', receivers.smtpSecret);
  receivers.refuseMail(true);
  const alerts = { recipients: ['ops@contoso.example'], webhook: { url: receivers.url } };
  const hook = z.object({ webhook: z.object({ secret: z.string() }) });
  const { webhook } = await askOnce('PUT', `${path}/alerts`, hook, alerts);
  const client = await askOnce(
    'POST',
    `${path}/credentials`,
    z.object({ tokenUrl: z.url(), clientId: z.string(), clientSecret: z.string() }),
    { kind: 'client', name: 'The application', role: 'app' },
  );
  const { token } = await askOnce('POST', `${path}/credentials`, z.object({ token: z.string() }), {
    kind: 'token',
    name: 'Another',
    role: 'app',
  });
  const { clientId: client_id, clientSecret: client_secret } = client;
  const issued = await fetch(client.tokenUrl.replace(/^https?:\/\/[^/]+/, world.azure.url), {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await issued.json());
  await own.switchSync(true);
  await own.runEnded();

  const service = `${world.azure.url}/scim/v2/${own.connectionId}`;
  const scim = openScimClient(service, access_token);
  const made = await scim.post('/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `newcomer-${randomUUID()}@elsewhere.example`,
    displayName: 'Newcomer',
  });
  search.keep(JSON.stringify([...made.headers, made.body]));
  const other = openScimClient(service, token);
  const objectId = async () => (await other.get(`/Users/${made.body.id}`)).body.externalId;
  await world.until(async () => (await objectId()) !== undefined);
  const wrongToken = `wrong-${randomUUID()}`;
  const refused = await openScimClient(service, wrongToken).get('/Users');
  search.keep(JSON.stringify([...refused.headers, refused.body]));

  // The mail server has refused the password by now.
  await world.until(async () => search.isLogged('an alert is told later'));
  receivers.refuseMail(false);
  const welcome = { subject: 'Hello', text: 'Your PIN is {{pin}}.', digits: 12 };
  expect(await ask('PUT', `${path}/welcome`, welcome)).toMatchObject({ status: 200 });
  const mail = `pia-${randomUUID()}@contoso.example`;
  const user = await world.tenant.createUser({ displayName: 'Pia', mail });
  await own.syncNow();
  const welcomed = () => receivers.mails.find(({ to }) => to.includes(mail));
  await world.until(async () => welcomed() !== undefined);
  const [, pin = ''] = /your PIN is (\d{12})\./i.exec(welcomed()?.raw ?? '') ?? [];
  await ask('GET', `${path}/status`);
  await ask('GET', `${path}/audit`);
  await ask('GET', `${path}/settings-history`);
  await ask('GET', `${path}/credentials`);
  await ask('GET', `${path}/objects/${user.id}/history`);
  await ask('GET', '/manage/alerts');
  const secrets = { pin, scimToken: token, accessToken: access_token, wrongToken };
  const others = {
    clientSecret: client_secret,
    webhook: webhook.secret,
    smtp: smtp.password,
  };
  await expectNowhere({ ...secrets, ...others, adminToken: world.azure.adminToken });

  // While it waits to be handed over it lies sealed.
  const handover = `${path}/objects/${await objectId()}/first-password`;
  const { password } = await askOnce('POST', handover, z.object({ password: z.string() }));
  const taken = await askOnce(
    'POST',
    `${path}/users/${user.id}/pin`,
    z.object({ pin: z.string() }),
  );
  expect(taken.pin).toBe(pin);
  await expectNowhere({ password, pin });
});

it('a person is in no log, no history and no row of the state, but sealed', async () => {
  const own = await world.another(fresh('person'));
  const path = `/manage/connections/${own.connectionId}`;
  await ask('PUT', `${path}/alerts`, { recipients: [], webhook: { url: receivers.url } });
  search.forgetLast();
  await own.switchSync(true);
  await own.runEnded();
  const surname = `Zwiebelhuber${randomUUID().slice(0, 8)}`;
  const address = `ida.${surname.toLowerCase()}@contoso.example`;
  const phone = `+49 ${randomUUID()}`;
  const values = {
    displayName: `Ida ${surname}`,
    surname,
    mail: address,
    userPrincipalName: address,
    mobilePhone: phone,
  };
  const { id } = await world.tenant.createUser(values);
  const group = await world.tenant.createGroup({ displayName: `Friends of ${surname}` });
  await world.tenant.addMembers(group.id, [id]);
  await own.syncNow();
  await world.tenant.patchUser(id, { jobTitle: `Assistant to ${surname}` });
  await own.syncNow();
  // One that fails, since its name is taken, one that nobody can read, and one that the bus gives up.
  await world.tenant.createUser({
    ...values,
    displayName: `${surname} the Second`,
    userPrincipalName: `ida.${surname}@haldenworks.example`,
  });
  const message = { v: 99, connectionId: own.connectionId, kind: 'items', items: [values] };
  const count = async () => (await own.status()).rejectedMessages;
  const before = await count();
  await world.put('changes', `${own.connectionId}:5`, message);
  await world.until(async () => (await count()) === before + 1);
  await world.azure.killWorker();
  const session = { queue: 'changes', sessionId: `${own.connectionId}:5` };
  await world.put(session.queue, session.sessionId, message);
  expect(await world.take({ ...session, isMeant: () => true, how: 'bury' })).toBe(1);
  await world.azure.startWorker();
  await world.azure.runTimer('housekeeping-timer');
  await world.until(async () => (await count()) === before + 2);
  await world.azure.runTimer('poll-timer');
  // What the alerts of Azure Monitor go by is said, and nobody is named in it.
  const lines = ['polls asked for', 'connection measured', 'lanes measured', 'message rejected'];
  await world.until(async () => lines.every((line) => search.isLogged(`"message":"${line}"`)));
  await world.tenant.deleteUser(id);
  await own.syncNow();

  const told = [surname, surname.toLowerCase(), address, phone];
  const rows = await world.rows(STATE);
  expect(new Set([...rows.keys()].map((key) => key.split('/')[0]))).toContain('rejected');
  const holders = [...rows].filter(([key, row]) => {
    const texts = [key, ...Object.values(row).map(textOf)];
    return texts.some((text) => told.some((one) => text.includes(one)));
  });
  expect(holders.map(([key]) => key)).toEqual([]);
  const people = [...(await world.rows(['directory'])).values()].flatMap(Object.values).map(textOf);
  expect(people.some((text) => text.includes(surname))).toBe(true);
  expect(told.filter((one) => search.isLogged(one))).toEqual([]);
  for (const rest of ['/status', '/runs', '/audit', `/objects/${id}/history`, '/rejected']) {
    const { body } = await world.admin.ask('GET', path + rest);
    expect(
      told.filter((one) => JSON.stringify(body).includes(one)),
      rest,
    ).toEqual([]);
  }
  const { body } = await world.admin.ask('GET', '/manage/alerts');
  expect(told.filter((one) => JSON.stringify(body).includes(one))).toEqual([]);
  const hooks = receivers.hooks.map((hook) => hook.body).join('');
  expect(hooks.length).toBeGreaterThan(0);
  expect(told.filter((one) => hooks.includes(one))).toEqual([]);
});

/** What a property of a row holds, sealed bytes as they are. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
