import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isSignedBy, startReceivers } from './receivers.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let receivers: Awaited<ReturnType<typeof startReceivers>>;
const at = () => `/manage/connections/${world.connectionId}`;

beforeAll(async () => {
  receivers = await startReceivers();
  world = await startWorld({ users: 12, groups: 3, memberships: 12, own: {} });
  await world.setSecret('smtp', receivers.smtpSecret);
});
afterAll(async () => {
  await world?.stop();
  await receivers?.stop();
});

const historySchema = z.object({
  history: z.array(
    z.looseObject({
      at: z.string(),
      cause: z.string(),
      by: z.string().optional(),
      runId: z.string().optional(),
      facts: z.array(z.looseObject({ did: z.string() })),
    }),
  ),
  next: z.string().optional(),
});

const historyOf = async (objectId: string) => {
  const { body } = await world.admin.ask('GET', `${at()}/objects/${objectId}/history`);
  return historySchema.parse(body).history;
};
/** What was done, newest first. */
const didTo = async (objectId: string) =>
  (await historyOf(objectId)).flatMap(({ facts }) => facts.map(({ did }) => did));

const alertsSchema = z.object({
  alerts: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      runId: z.string().optional(),
      read: z.boolean(),
    }),
  ),
});
const alerts = async (query = '') =>
  alertsSchema.parse((await world.admin.ask('GET', `/manage/alerts${query}`)).body).alerts;

const file = async (path: string): Promise<Response> => {
  const { url, adminToken } = world.azure;
  return fetch(url + path, { headers: { authorization: `Bearer ${adminToken}` } });
};

describe('what happened to a user', () => {
  it('is told from its first day to its last, with what it was because of', async () => {
    const user = await world.tenant.createUser({ displayName: `Hanna ${randomUUID()}` });
    const [group] = (await world.tenant.dump()).filter(({ kind }) => kind === 'group');
    await world.round();
    await world.tenant.addMembers(group?.id ?? '', [user.id]);
    await world.tenant.patchUser(user.id, { jobTitle: 'Secret title' });
    await world.round();
    await world.tenant.deleteUser(user.id);
    await world.round();
    const did = (await didTo(user.id)).toReversed();
    expect([did[0], did.slice(1, -1).sort(), did.at(-1)]).toEqual([
      'created',
      ['joined', 'updated'],
      'deactivated',
    ]);
    const history = await historyOf(user.id);
    const facts = history.flatMap((entry) => entry.facts);
    expect(facts).toContainEqual({ did: 'updated', attributes: ['title'] });
    expect(facts).toContainEqual({ did: 'joined', ids: [group?.id] });
    expect(history[0]).toMatchObject({
      cause: 'decision',
      facts: [
        {
          did: 'deactivated',
          loss: 'users',
          evidence: 'Entra reported the object as removed (it can be restored)',
        },
      ],
    });
    const runs = (await world.admin.runs(world.connectionId)).map(({ id }) => id);
    expect(runs).toContain(history[0]?.runId);
    expect(JSON.stringify(history)).not.toMatch(/Hanna|Secret title/);
    expect(await didTo(group?.id ?? '')).toContain('members-added');
  });

  it('is paged, and handed out as CSV and as JSON lines', async () => {
    const path = `${at()}/audit?format=csv`;
    const csv = await file(path);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = (await csv.text()).split('\r\n');
    expect(lines[0]).toMatch(/^at,objectId,kind,did,attributes,/);
    expect(lines.length).toBeGreaterThan(12);
    const first = await file(`${at()}/audit?format=jsonl&size=5`);
    const rows = (await first.text()).trim().split('\n');
    expect(rows.every((row) => z.looseObject({ did: z.string() }).safeParse(JSON.parse(row)))).toBe(
      true,
    );
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    const second = await (await file(next ?? '')).text();
    expect(rows).not.toContain(second.split('\n')[0]);
  });

  it('runs are asked for by kind, state and time', async () => {
    const idsOf = async (query: string) => {
      const { body } = await world.admin.ask('GET', `${at()}/runs?${query}`);
      return z.object({ runs: z.array(z.looseObject({ kind: z.string() })) }).parse(body).runs;
    };
    expect((await idsOf('kind=initial')).map(({ kind }) => kind)).toEqual(['initial']);
    expect(await idsOf('state=incomplete')).toEqual([]);
    expect(await idsOf('to=2020-01-01T00:00:00Z')).toEqual([]);
    expect((await world.admin.ask('GET', `${at()}/runs?kind=none`)).status).toBe(400);
    expect(await (await file(`${at()}/runs?format=csv&kind=initial`)).text()).toMatch(
      /^id,kind,state,[^\n]+\r\n\d{13}-[0-9a-f]{8},initial,completed,[^\n]+\r\n$/,
    );
  });

  it('settings are told with who changed them, and no secret', async () => {
    const etag = (await world.admin.ask('GET', at())).headers.get('etag') ?? '';
    // Another at a second try.
    const auditDays = randomInt(1, 3_000);
    const body = { auditDays, entra: { clientSecret: world.azure.clientSecret } };
    const headers = { 'if-match': etag };
    expect((await world.admin.ask('PATCH', at(), { body, headers })).status).toBe(200);
    const history = await world.admin.ask('GET', `${at()}/settings-history?size=1`);
    expect(history.body).toMatchObject({
      changes: [
        { settings: [{ name: 'auditDays', after: auditDays }, { name: 'entra.credentials' }] },
      ],
    });
    expect(JSON.stringify(history.body)).not.toContain(world.azure.clientSecret);
  });
});

describe('who is to be told', () => {
  it('hears of a run that changed something, once, by mail and by webhook', async () => {
    const to = `ada-${randomUUID()}@contoso.example`;
    const settings = { recipients: [to], webhook: { url: receivers.url } };
    const answer = await world.admin.ask('PUT', `${at()}/alerts`, { body: settings });
    const { webhook } = z.object({ webhook: z.object({ secret: z.string() }) }).parse(answer.body);
    await world.tenant.createUser({ displayName: 'Nora New' });
    const { id } = await world.syncNow();
    const mine = () => receivers.mails.filter((mail) => mail.to.includes(to));
    const ofRun = () => receivers.hooks.filter(({ body }) => body.includes(id));
    await world.until(async () => mine().length > 0 && ofRun().length > 0);
    expect(mine()[0]?.raw).toContain('A run has changed something');
    expect(mine()[0]?.raw).not.toContain('Nora');
    expect(ofRun().map((hook) => isSignedBy(webhook.secret, hook))).toEqual([true]);
    const [told] = (await alerts()).filter(({ runId }) => runId === id);
    expect(told).toMatchObject({
      kind: 'run-changed',
      connectionId: world.connectionId,
      read: false,
    });
    const ids = [told?.id];
    expect((await world.admin.ask('POST', '/manage/alerts/read', { body: { ids } })).status).toBe(
      204,
    );
    expect((await alerts('?unread=true')).map((one) => one.runId)).not.toContain(id);
    // Whoever asked for a run that changes nothing hears of it in the inbox alone.
    const idle = await world.syncNow();
    expect((await alerts())[0]).toMatchObject({ kind: 'run-done', runId: idle.id });
    expect(mine()).toHaveLength(1);
  });

  it('a new user is welcomed, and the application asks for the PIN, once', async () => {
    const mail = `nils-${randomUUID()}@contoso.example`;
    const body = { subject: 'Welcome', text: 'Hello {{displayName}}, your PIN is {{pin}}.' };
    expect((await world.admin.ask('PUT', `${at()}/welcome`, { body })).status).toBe(200);
    const user = await world.tenant.createUser({ displayName: 'Nils', mail });
    await world.syncNow();
    const mine = () => receivers.mails.find(({ to }) => to.includes(mail));
    await world.until(async () => mine() !== undefined);
    const pin = /your PIN is (\d{8})\./.exec(mine()?.raw ?? '')?.[1];
    const path = `${at()}/users/${user.id}/pin`;
    let taken = await world.admin.ask('POST', path);
    await world.until(async () => {
      if (taken.status !== 200) taken = await world.admin.ask('POST', path);
      return taken.status === 200;
    });
    expect(taken.body).toMatchObject({ externalId: user.id, pin, mustChange: true });
    expect((await world.admin.ask('POST', path)).status).toBe(404);
    const off = await world.admin.ask('DELETE', `${at()}/welcome`);
    expect(off.status).toBe(204);
  });
});
