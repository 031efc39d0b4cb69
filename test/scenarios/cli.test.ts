import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startCommand } from './command-line.ts';
import { EVERYBODY } from './everybody.ts';
import { fresh } from './fresh.ts';
import { startSmallParts } from './small-parts.ts';
import { squat } from './squatters.ts';
import { startWorld, type World } from './world.ts';

const SIZE = { users: 30, groups: 4, memberships: 40 };

let world: World;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-cli-'));
  await writeFile(join(folder, 'rules.json'), JSON.stringify(EVERYBODY));
  world = await startWorld(SIZE);
});
afterEach(() => world.tenant.noFaults());
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true });
});

const here = () => ({
  TANDEM_URL: world.azure.url,
  TANDEM_TOKEN: world.azure.adminToken,
  TANDEM_CLIENT_SECRET: world.azure.clientSecret,
});
const start = (...args: string[]) => startCommand(args, here());
const tandem = (...args: string[]) => start(...args).ended;
const json = async <T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> => {
  const { out, errors, code } = await tandem(...args, '--json');
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${errors}`);
  return schema.parse(JSON.parse(out));
};

const runSchema = z.object({ id: z.string(), kind: z.string(), state: z.string() });
const statusSchema = z.object({ inStep: z.object({ users: z.number() }), failures: z.number() });
const alertsSchema = z.array(z.object({ kind: z.string(), runId: z.string().optional() }));
const listSchema = z.array(z.object({ id: z.string() }));

describe('the command line', () => {
  it('takes a connection from its making to being in step, and says what to do next', async () => {
    const id = fresh('cli');
    const { tenantId, clientId } = world.azure;
    const rules = join(folder, 'rules.json');
    const made = await tandem(
      ...`connections create --id ${id} --name Story --tenant ${tenantId}`.split(' '),
      ...`--client-id ${clientId} --rules ${rules}`.split(' '),
    );
    expect(made).toMatchObject({ code: 0, errors: '' });
    expect(made.out).toContain(`Next: tandem test ${id}`);

    const tooSoon = await tandem('connections', 'enable', id);
    expect(tooSoon).toMatchObject({
      code: 1,
      errors: expect.stringContaining(`tandem test ${id}`),
    });
    expect(await tandem('test', id)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Passed.'),
    });
    const stillTooSoon = await tandem('connections', 'enable', id);
    expect(stillTooSoon.errors).toContain(`tandem preview create ${id}`);

    const users = (await world.tenant.dump()).filter(({ kind }) => kind === 'user').length;
    const planSchema = z.object({
      id: z.string(),
      counts: z.object({ users: z.object({ create: z.int() }) }),
    });
    const plan = await json(planSchema, 'preview', id);
    expect(plan.counts.users.create).toBe(users);
    const objects = await tandem(
      'preview',
      'objects',
      id,
      plan.id,
      '--kind',
      'user',
      '--limit',
      'all',
    );
    expect(objects.out.trimEnd().split('\n')).toHaveLength(users + 1);
    expect(await tandem('connections', 'enable', id, '--plan', plan.id)).toMatchObject({
      code: 0,
      out: `Directory sync of ${id} is on.\n`,
    });

    expect(await json(runSchema, 'sync', id)).toMatchObject({ state: 'completed' });
    expect(await json(statusSchema, 'status', id)).toMatchObject({
      inStep: { users },
      failures: 0,
    });
    const status = await tandem('status', id);
    expect(status.out).toMatch(new RegExp(`^in step +${users} users, ${SIZE.groups} groups`, 'm'));
    expect((await json(listSchema, 'connections')).map((one) => one.id)).toContain(id);
  });

  it('shows what could not be done, without what could steer the terminal, and tries it again', async () => {
    const id = world.connectionId;
    const userPrincipalName = `${fresh('taken')}@haldenworks.example`;
    const squatters = await squat(world, world, [userPrincipalName]);
    const displayName = 'Sly \u001b[2J\u009bK User';
    const user = await world.tenant.createUser({ displayName, userPrincipalName });
    expect((await tandem('sync', id)).code).toBe(0);

    const failures = await tandem('failures', id);
    expect(failures.out).toContain('Sly \ufffd[2J\ufffdK User');
    expect(failures.out).not.toMatch(/\p{Cc}(?<!\n)/u);
    const named = z.array(z.object({ id: z.string(), name: z.string() }));
    expect(await json(named, 'failures', id)).toMatchObject([{ id: user.id, name: displayName }]);

    await squatters.leave();
    expect((await tandem('failures', 'retry', id, user.id)).code).toBe(0);
    await world.until(async () => (await json(listSchema, 'failures', id)).length === 0);
    expect((await tandem('history', id, user.id)).out).toContain('created');
    expect((await tandem('audit', id)).out).toContain(user.id);
  });

  it('waits for a resync to its end, which the inbox tells of', async () => {
    const id = world.connectionId;
    const resync = await tandem('resync', id);
    expect(resync.code).toBe(0);
    expect(resync.out).toMatch(/^state +completed$/m);
    expect(resync.errors).toContain('100 %  completed');

    const [run] = await json(z.array(runSchema), 'runs', id, '--limit', '1');
    expect(run?.kind).toBe('resync');
    const mine = ['--connection', id];
    const isTold = async () =>
      (await json(alertsSchema, 'alerts', ...mine)).some(({ runId }) => runId === run?.id);
    await world.until(isTold);
    expect((await tandem('alerts', ...mine)).out).toMatch(/^AT +CONNECTION/);
    expect((await tandem('alerts', 'read', '--all', ...mine)).code).toBe(0);
    expect(await json(alertsSchema, 'alerts', '--unread', ...mine)).toEqual([]);
  });

  it('writes a list as one file, of all the parts that the app gives it in', async () => {
    const id = world.connectionId;
    const until = ['--to', new Date().toISOString()];
    const all = await json(listSchema, 'runs', id, ...until, '--limit', 'all');
    expect(all.length).toBeGreaterThan(1);
    const near = await startSmallParts(world.azure.url);
    const save = async (name: string) => {
      const path = join(folder, name);
      const args = ['runs', id, ...until, '--file', path];
      const ended = await startCommand(args, { ...here(), TANDEM_URL: near.url }).ended;
      expect(ended).toEqual({
        code: 0,
        out: '',
        errors: `${all.length} rows written to ${path}.\n`,
      });
      return readFile(path, 'utf8');
    };
    try {
      const csv = (await save('runs.csv')).split('\r\n').map((line) => line.split(',')[0]);
      expect(csv).toEqual(['id', ...all.map((run) => run.id), '']);
      const lines = (await save('runs.jsonl')).trimEnd().split('\n');
      const rows = lines.map((line) => runSchema.parse(JSON.parse(line)));
      expect(rows.map((run) => run.id)).toEqual(all.map((run) => run.id));
      // The last part may be of no rows.
      expect(near.parts()).toBeGreaterThanOrEqual(2 * all.length);
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    } finally {
      await near.stop();
    }
  });

  it('leaves a run alone that nobody waits for any more', async () => {
    const id = world.connectionId;
    const slow = { kind: 'throttle', route: 'users/delta', percent: 100, count: 2 } as const;
    await world.tenant.faults({ ...slow, retryAfterSeconds: 1 });
    const { child, errors, ended } = start('resync', id);
    await expect.poll(errors, { timeout: 30_000 }).toContain('Asked for the run');
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect([code, out]).toEqual([130, '']);
    const runId = new RegExp(`tandem runs show ${id} (\\S+)`).exec(errors())?.[1] ?? '';
    expect(await json(runSchema, 'runs', 'wait', id, runId)).toMatchObject({ state: 'completed' });
  });

  it('ends with a code of its own where removals are held, and approves them', async () => {
    const id = world.connectionId;
    const live = new Set((await world.tenant.dump()).map((object) => object.id));
    const inStep = [...(await world.app.read()).users.keys()].filter((user) => live.has(user));
    const users = inStep.slice(0, 10);
    for (const user of users) await world.tenant.deleteUser(user);
    const synced = await tandem('sync', id);
    expect(synced.code).toBe(5);
    expect(synced.errors).toMatch(/removals held: [1-9]\d*\.\n {2}tandem failures list/);
    const ofUsers = ['held', id, '--kind', 'users'];
    const held = (await json(listSchema, ...ofUsers)).map((one) => one.id);
    expect(held).toEqual(expect.arrayContaining(users));
    expect((await tandem('held', id)).out).toContain('Entra reported the object as removed');
    expect((await tandem('held', 'approve', id, '--kind', 'users')).code).toBe(0);
    expect(await json(listSchema, ...ofUsers)).toEqual([]);
  });

  it('signs in by the genuine SDK; a token that is not for this app is exit code 3', async () => {
    const { caPem, tenantUrl, tenantId, clientId, clientSecret, url } = world.azure;
    const authority = join(folder, 'ca.pem');
    await writeFile(authority, caPem);
    const { code, errors } = await startCommand(['connections'], {
      TANDEM_URL: url,
      TANDEM_SCOPE: `api://${clientId}/.default`,
      NODE_EXTRA_CA_CERTS: authority,
      AZURE_AUTHORITY_HOST: tenantUrl,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
    }).ended;
    // It was signed in, and then refused: this app knows one token alone.
    expect(errors).toContain('(unauthorized)');
    expect(code).toBe(3);
  });
});
