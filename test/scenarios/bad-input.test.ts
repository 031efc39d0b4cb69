import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Sent } from './admin-api.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 20, groups: 4, memberships: 30 });
});
afterAll(() => world?.stop());

const id = () => world.connectionId;
const path = (rest = '') => `/manage/connections/${id()}${rest}`;

describe('a message that nobody can read', () => {
  const rejectedRows = async () => [...(await world.rows(['rejected'])).values()];

  const UNKNOWN = 'an unknown connection';
  type Unread = readonly [queue: 'polls' | 'changes', body: (to: string) => unknown];
  const envelope = (connectionId: string) => {
    const lane = { lane: 3, runId: 'r', epoch: 9 };
    return { v: 1, connectionId, settingsVersion: 1, ...lane };
  };
  const MESSAGES: Readonly<Record<string, Unread>> = {
    'no JSON': ['polls', () => Buffer.from('{"v":1,')],
    'no text': ['changes', () => Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    null: ['changes', () => null],
    'an array': ['polls', () => [1, 2, 3]],
    'another shape': ['polls', (to) => ({ v: 1, connectionId: to, reason: 7 })],
    'another version': ['changes', (to) => ({ ...envelope(to), v: 2, kind: 'retry' })],
    'an unknown kind': ['changes', (to) => ({ ...envelope(to), kind: 'explode' })],
    'a lane that is none': ['changes', (to) => ({ ...envelope(to), lane: 16, kind: 'retry' })],
    [UNKNOWN]: ['changes', (to) => ({ ...envelope(to), kind: 'retry' })],
    'junk of 200 KB': ['changes', () => randomBytes(100_000).toString('hex')],
  };

  for (const [name, [queue, body]] of Object.entries(MESSAGES))
    it(`${name}, is kept with the reason`, async () => {
      const before = (await rejectedRows()).length;
      const to = name === UNKNOWN ? 'ghost' : id();
      await world.put(queue, queue === 'polls' ? to : `${to}:3`, body(to));
      await world.until(async () => (await rejectedRows()).length === before + 1);
      await world.until(async () => (await world.waitingMessages()) === 0);
      for (const row of await rejectedRows())
        expect(row).toMatchObject({ reason: expect.stringMatching(/\w{4,}/), queue: /./ });
    });

  it('does not stop its lane', async () => {
    const before = (await rejectedRows()).length;
    const told = (await world.status()).rejectedMessages;
    for (let lane = 0; lane < 16; lane += 1)
      await world.put('changes', `${id()}:${lane}`, 'nothing');
    await world.put('polls', id(), 'nothing');
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        world.tenant.createUser({ displayName: `After The Junk ${n}` }),
      ),
    );
    expect(await world.round()).toEqual({ users: { read: 40, created: 40 } });
    await world.expectInStep();
    expect(await rejectedRows()).toHaveLength(before + 17);
    expect((await world.status()).rejectedMessages).toBeGreaterThanOrEqual(told + 16);
  });

  it('for a connection that is none, asks for nothing', async () => {
    await world.put('polls', 'ghost', { v: 1, connectionId: 'ghost', reason: 'timer' });
    await world.until(async () => (await world.waitingMessages()) === 0);
    const rows = await world.rows(['checkpoints', 'links']);
    expect([...rows.keys()].filter((name) => name.includes('/ghost'))).toEqual([]);
  });
});

describe('the admin API', () => {
  const problem = z.object({ type: z.string(), title: z.string(), status: z.number() });
  const valid = () => ({
    name: 'Another',
    entra: {
      tenantId: world.azure.tenantId,
      clientId: world.azure.clientId,
      clientSecret: 'a-secret-of-the-story',
    },
  });

  async function refused(method: string, path: string, sent: Sent = {}) {
    const { status, headers, body } = await world.admin.ask(method, path, sent);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(problem.parse(body).status).toBe(status);
    expect(JSON.stringify(body)).not.toContain('a-secret-of-the-story');
    return status;
  }

  it('asks for the administrator’s token', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${world.azure.adminToken}`])
      expect(await refused('GET', path(), { headers: { authorization } })).toBe(401);
    // Before anything else, so that strangers learn nothing of what there is.
    const headers = { authorization: 'Bearer wrong' };
    expect(await refused('GET', '/manage/nowhere', { headers })).toBe(401);
  });

  it('refuses bodies that are not as described', async () => {
    const post = (sent: Sent) => refused('POST', '/manage/connections', sent);
    expect(await post({ text: '{"name":' })).toBe(400);
    expect(await post({})).toBe(400);
    expect(await post({ body: [] })).toBe(400);
    expect(await post({ body: { ...valid(), colour: 'red' } })).toBe(400);
    expect(await post({ body: { ...valid(), id: 'Not An Id' } })).toBe(400);
    expect(await post({ body: { ...valid(), name: '' } })).toBe(400);
    expect(await post({ text: '['.repeat(10_000) })).toBe(400);
    expect(await post({ body: { ...valid(), name: 'x'.repeat(1_100_000) } })).toBe(413);
    expect(await post({ body: { ...valid(), id: id() } })).toBe(409);
    expect(await refused('PUT', path('/sync'), { body: { enabled: 'yes' } })).toBe(400);
    expect(await refused('GET', path('/runs?size=0'))).toBe(400);
    expect(await world.secretNames(`connection-${id()}`)).toHaveLength(1);
  });

  it('knows its addresses and what they take', async () => {
    expect(await refused('GET', '/manage/nowhere')).toBe(404);
    expect(await refused('GET', '/manage/connections/ghost')).toBe(404);
    expect(await refused('GET', '/manage/connections/%2e%2e%2fmanage')).toBe(404);
    expect(await refused('POST', '/manage/connections/ghost/sync-now')).toBe(404);
    expect(await refused('DELETE', '/manage/connections/ghost')).toBe(404);
    expect(await refused('GET', path('/runs/nothing'))).toBe(404);
    expect(await refused('DELETE', '/manage/connections')).toBe(405);
    expect(await refused('GET', path('/sync-now'))).toBe(405);
  });

  it('changes settings only for who has seen the last ones', async () => {
    const body = { name: 'Renamed' };
    expect(await refused('PATCH', path(), { body })).toBe(412);
    const first = await world.admin.ask('GET', path());
    const headers = { 'if-match': first.headers.get('etag') ?? '' };
    const answer = await world.admin.ask('PATCH', path(), { body, headers });
    expect(answer).toMatchObject({ status: 200, body: { name: 'Renamed' } });
    expect(answer.headers.get('etag')).not.toBe(headers['if-match']);
    expect(await refused('PATCH', path(), { body, headers })).toBe(412);
    await world.tenant.createUser({ displayName: 'After The Change' });
    expect(await world.round()).toEqual({ users: { read: 1, created: 1 } });
  });
});

describe('what is stored of people', () => {
  it('lies in the clear in the application’s own directory only', async () => {
    const surname = 'Quellenschmidt-Überall';
    const user = await world.tenant.createUser({ displayName: `Ina ${surname}`, surname });
    const group = await world.tenant.createGroup({ displayName: `Friends of ${surname}` });
    await world.tenant.addMembers(group.id, [user.id]);
    await world.round();
    await world.put('changes', `${id()}:1`, { v: 1, kind: 'explode', surname });
    await world.until(async () => (await world.waitingMessages()) === 0);
    const tables = ['connections', 'checkpoints', 'links', 'runs', 'rejected', 'directorymembers'];
    const rows = await world.rows(tables);
    expect(rows.size).toBeGreaterThan(100);
    for (const planted of [surname, world.azure.clientSecret, world.azure.adminToken])
      expect(whoHolds(rows, planted)).toEqual([]);
    expect(whoHolds(await world.rows(['directory']), surname).length).toBeGreaterThan(1);
  });

  /** Rows with a text in any property, binary ones included, as UTF-8 or UTF-16. */
  function whoHolds(rows: Awaited<ReturnType<World['rows']>>, text: string): string[] {
    const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
    const isIn = (value: unknown) => {
      const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value));
      return forms.some((form) => bytes.includes(form));
    };
    const holders = [...rows].filter(([, row]) => Object.values(row).some(isIn));
    return holders.map(([name]) => name);
  }
});
