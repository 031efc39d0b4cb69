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

const CONNECTION = '/manage/connections/world';

describe('a message that nobody can read', () => {
  const envelope = { v: 1, connectionId: 'world', runId: 'r', epoch: 9, settingsVersion: 1 };
  const rejectedRows = async () => [...(await world.rows(['rejected'])).values()];

  const MESSAGES: readonly [name: string, queue: string, session: string, body: unknown][] = [
    ['no JSON', 'polls', 'world', Buffer.from('{"v":1,')],
    ['no text', 'changes', 'world:3', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['null', 'changes', 'world:3', null],
    ['an array', 'polls', 'world', [1, 2, 3]],
    ['another shape', 'polls', 'world', { v: 1, connectionId: 'world', reason: 7 }],
    ['another version', 'changes', 'world:3', { ...envelope, v: 2, lane: 3, kind: 'retry' }],
    ['an unknown kind', 'changes', 'world:3', { ...envelope, lane: 3, kind: 'explode' }],
    ['a lane that is none', 'changes', 'world:3', { ...envelope, lane: 16, kind: 'retry' }],
    [
      'an unknown connection',
      'changes',
      'ghost:3',
      {
        ...envelope,
        connectionId: 'ghost',
        lane: 3,
        kind: 'retry',
      },
    ],
    ['junk of 200 KB', 'changes', 'world:3', randomBytes(100_000).toString('hex')],
  ];

  for (const [name, queue, session, body] of MESSAGES)
    it(`${name}, is kept with the reason`, async () => {
      const before = (await rejectedRows()).length;
      await world.put(queue, session, body);
      await world.until(async () => (await rejectedRows()).length === before + 1);
      await world.until(async () => (await world.waitingMessages()) === 0);
      for (const row of await rejectedRows())
        expect(row).toMatchObject({ reason: expect.stringMatching(/\w{4,}/), queue: /./ });
    });

  it('does not stop its lane', async () => {
    const before = (await rejectedRows()).length;
    const told = (await world.status()).rejectedMessages;
    for (let lane = 0; lane < 16; lane += 1) await world.put('changes', `world:${lane}`, 'nothing');
    await world.put('polls', 'world', 'nothing');
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
      expect(await refused('GET', CONNECTION, { headers: { authorization } })).toBe(401);
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
    expect(await post({ body: { ...valid(), id: 'world' } })).toBe(409);
    expect(await refused('PUT', `${CONNECTION}/sync`, { body: { enabled: 'yes' } })).toBe(400);
    expect(await refused('GET', `${CONNECTION}/runs?size=0`)).toBe(400);
    expect(await world.secretNames('connection-')).toHaveLength(1);
  });

  it('knows its addresses and what they take', async () => {
    expect(await refused('GET', '/manage/nowhere')).toBe(404);
    expect(await refused('GET', '/manage/connections/ghost')).toBe(404);
    expect(await refused('GET', '/manage/connections/%2e%2e%2fworld')).toBe(404);
    expect(await refused('POST', '/manage/connections/ghost/sync-now')).toBe(404);
    expect(await refused('DELETE', '/manage/connections/ghost')).toBe(404);
    expect(await refused('GET', `${CONNECTION}/runs/nothing`)).toBe(404);
    expect(await refused('DELETE', '/manage/connections')).toBe(405);
    expect(await refused('GET', `${CONNECTION}/sync-now`)).toBe(405);
  });

  it('changes settings only for who has seen the last ones', async () => {
    const body = { name: 'Renamed' };
    expect(await refused('PATCH', CONNECTION, { body })).toBe(412);
    const first = await world.admin.ask('GET', CONNECTION);
    const headers = { 'if-match': first.headers.get('etag') ?? '' };
    const answer = await world.admin.ask('PATCH', CONNECTION, { body, headers });
    expect(answer).toMatchObject({ status: 200, body: { name: 'Renamed' } });
    expect(answer.headers.get('etag')).not.toBe(headers['if-match']);
    expect(await refused('PATCH', CONNECTION, { body, headers })).toBe(412);
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
    await world.put('changes', 'world:1', { v: 1, kind: 'explode', surname });
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
