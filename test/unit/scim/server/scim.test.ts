import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../lib/errors.ts';
import type { Sent } from '../../../scenarios/scim/replay.ts';
import { MemoryStore } from './memory-store.ts';
import { openScimService } from './open-scim.ts';

const OBJECT_ID = '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef';
const get = (path: string): Sent => sent('GET', path);

function sent(method: string, path: string, body?: unknown): Sent {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return { method, path, headers: {}, body: text, bearer: undefined };
}

const creating = (userName: string) => sent('POST', '/Users', { userName, externalId: OBJECT_ID });

describe('who may do what', () => {
  it('a connection that is none, and one of others, are told apart by nobody', async () => {
    const { send, stage } = await openScimService();
    await stage('one');
    const other = await stage('two');
    const [nobody, wrong] = [
      await send('none', get('/Users'), 'x'),
      await send('one', get('/Users'), 'x'),
    ];
    expect(nobody.status).toBe(401);
    expect(nobody.text).toBe(wrong.text);
    expect((await other.send(get('/Users'))).status).toBe(200);
  });

  it.each([
    ['app', { enabled: false }, 201],
    ['entra', { enabled: true }, 201],
    ['entra', { enabled: false }, 403],
  ] as const)('%s writes to a connection with %j: %i', async (role, more, status) => {
    const { stage } = await openScimService();
    const { send } = await stage('one', role, more);
    expect((await send(creating('u'))).status).toBe(status);
    // It is read in any case, and searched, although that is a POST.
    expect((await send(get('/Users'))).status).toBe(200);
    expect((await send(sent('POST', '/.search', {}))).status).toBe(200);
  });

  it.each(['app', 'entra'] as const)(
    'nobody enters a connection that is leaving: %s',
    async (role) => {
      const { stage } = await openScimService();
      const { send } = await stage('one', role, { leaving: { users: 'keep', approved: false } });
      expect((await send(creating('u'))).status).toBe(401);
      expect((await send(get('/Users'))).status).toBe(401);
    },
  );

  it('what Entra creates carries its object id', async () => {
    const { stage } = await openScimService();
    const { send } = await stage('one', 'entra');
    const without = await send(sent('POST', '/Users', { userName: 'u', externalId: 'jyoung' }));
    expect(without.status).toBe(400);
    expect(JSON.parse(without.text)).toMatchObject({
      scimType: 'invalidValue',
      detail: expect.stringContaining('externalId'),
    });
    expect((await send(creating('u'))).status).toBe(201);
  });
});

describe('trap 04: what goes wrong is no entry that is missing', () => {
  const requests = [
    get('/Users'),
    get('/Users/2819c223-7f76-453a-919d-413861904646'),
    get('/Users?filter=userName eq "u"'),
    sent('POST', '/Users', { userName: 'u' }),
    sent('PUT', '/Users/2819c223-7f76-453a-919d-413861904646', { userName: 'u' }),
    sent('PATCH', '/Groups/2819c223-7f76-453a-919d-413861904646', {
      Operations: [{ op: 'Remove', path: 'members', value: [{ value: 'x' }] }],
    }),
    sent('DELETE', '/Users/2819c223-7f76-453a-919d-413861904646'),
  ];

  function failing(error: Error) {
    return openScimService(
      () =>
        new MemoryStore({
          step: async () => {
            throw error;
          },
        }),
    );
  }

  it.each(requests)(
    '$method $path while the storage is down: 503 and Retry-After',
    async (request) => {
      const { stage } = await failing(
        new AppError('unavailable', 'down', { retryAfterSeconds: 12 }),
      );
      const { send } = await stage('one');
      const { status, headers, text } = await send(request);
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('12');
      expect(headers.get('content-type')).toBe('application/scim+json');
      expect(JSON.parse(text)).toMatchObject({ status: '503' });
    },
  );

  it.each(requests)(
    '$method $path and a mistake of ours: 500 that says nothing',
    async (request) => {
      const { stage, lines } = await failing(new TypeError('secret of ada@x.com'));
      const { send } = await stage('one');
      const { status, text } = await send(request);
      expect(status).toBe(500);
      expect(text).not.toContain('secret');
      expect(lines.some((line) => line.startsWith('a SCIM request failed'))).toBe(true);
    },
  );
});

describe('the sync is woken', () => {
  const queued = ({ bus }: Awaited<ReturnType<typeof openScimService>>) => bus.ready();

  it('by what Entra writes, and by nothing else', async () => {
    const service = await openScimService();
    const { send } = await service.stage('one', 'entra');
    await send(get('/Users'));
    await send(sent('POST', '/.search', {}));
    await send(sent('POST', '/Users', {}));
    expect(queued(service)).toEqual([]);
    await send(creating('u'));
    expect(queued(service)).toEqual(['polls one']);
  });

  it('and a bus that is down does not undo what is written', async () => {
    const service = await openScimService();
    const { send } = await service.stage('one', 'entra');
    service.bus.send = async () => {
      throw new AppError('unavailable', 'the bus does not answer');
    };
    expect((await send(creating('u'))).status).toBe(201);
    expect(service.lines.some((line) => line.startsWith('the sync is not woken'))).toBe(true);
  });
});

describe('trap 12: a group of 50,000', () => {
  async function large() {
    const steps: string[] = [];
    const service = await openScimService(
      () => new MemoryStore({ step: async (what) => void steps.push(what) }),
    );
    const stage = await service.stage('one');
    const store = service.resources({ id: 'one' });
    const made = await store.create('group', { displayName: 'G' }, 'app');
    const member = await store.create('user', { userName: 'u', active: true }, 'app');
    if (!made.ok || !member.ok) throw new Error('nothing is made');
    steps.length = 0;
    return { ...stage, steps, group: made.stored.id, user: member.stored.id };
  }

  it.each([
    ['add', (id: string) => ({ op: 'Add', path: 'members', value: [{ value: id }] })],
    [
      'remove by a list',
      (id: string) => ({ op: 'Remove', path: 'members', value: [{ value: id }] }),
    ],
    ['remove by a path', (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` })],
  ])('to %s one reads none of the others, and answers nothing', async (_, operation) => {
    const { send, steps, group, user } = await large();
    const answer = await send(sent('PATCH', `/Groups/${group}`, { Operations: [operation(user)] }));
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(steps).not.toContain('members');
  });

  it.each(['?excludedAttributes=members', '?attributes=displayName'])(
    'to read it%s reads no members',
    async (query) => {
      const { send, steps, group } = await large();
      expect((await send(get(`/Groups/${group}${query}`))).status).toBe(200);
      expect((await send(get('/Groups?filter=displayName eq "g"'))).status).toBe(200);
      expect(steps).not.toContain('members');
    },
  );

  it('to look for a member in it reads no members', async () => {
    const { send, steps, group, user } = await large();
    await send(get(`/Groups?filter=id eq "${group}" and members eq "${user}"`));
    expect(steps).not.toContain('members');
  });
});

it('trap 20: each connection has its own addresses, schemas and resources, all at once', async () => {
  const { stage } = await openScimService();
  const stages = await Promise.all(['one', 'two', 'three'].map((id) => stage(id)));
  await Promise.all(
    stages.flatMap(({ base, send }, of) =>
      Array.from({ length: 20 }, async (_, n) => {
        const { status, headers, text } = await send(creating(`user ${n} of ${of}`));
        expect([status, headers.get('location')]).toEqual([201, JSON.parse(text).meta.location]);
        expect(headers.get('location')).toContain(`${base}/Users/`);
      }),
    ),
  );
  for (const [of, { send }] of stages.entries()) {
    const { Resources, totalResults } = JSON.parse((await send(get('/Users'))).text);
    expect(totalResults).toBe(20);
    for (const { userName } of Resources) expect(userName).toMatch(new RegExp(` of ${of}$`));
  }
});
