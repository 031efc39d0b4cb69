import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from './connected.ts';
import { EVERYBODY } from './everybody.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

const SIZE = { users: 60, groups: 8, memberships: 80 };
const TABLES = ['connections', 'checkpoints', 'rejected', 'links', 'runs'];
const APPLICATION = ['directory', 'directorymembers'];

let world: World;

beforeAll(async () => {
  world = await startWorld({ ...SIZE, pageSize: 5 });
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

const own = () => world.connectionId;
const path = (of: string, rest = '') => `/manage/connections/${of}/preview${rest}`;
/** Nobody is to be brought over but two. */
const proposed = async () => {
  const [one, other] = await usersOf(2);
  const users = { ...EVERYBODY.users, scope: 'chosen', users: [one, other], leaving: 'delete' };
  return { users, groups: { scope: 'none' } };
};
const usersOf = async (count: number) =>
  (await world.tenant.dump())
    .filter(({ kind }) => kind === 'user')
    .slice(0, count)
    .map(({ id }) => id);

/** Makes the reading of users take its time. */
const slowly = () =>
  world.tenant.faults({
    kind: 'throttle',
    route: 'users/delta',
    percent: 50,
    count: 6,
    retryAfterSeconds: 0.3,
  });

describe('a preview of a connection that runs', () => {
  it('writes nothing on either side, nor in the sync state', async () => {
    await world.round();
    await world.tenant.createUser({ displayName: 'Not Yet Read' });
    const before = await world.rows([...TABLES, ...APPLICATION]);
    const rules = await proposed();
    await world.tenant.resetStats();
    const plan = await world.admin.preview(own(), rules);
    expect(plan).toMatchObject({ rules: 'proposed', counts: { users: { none: 2, create: 0 } } });
    expect(plan.counts.users).toMatchObject({ delete: SIZE.users - 2, out: 1 });
    expect(plan.counts.groups).toMatchObject({ delete: SIZE.groups });
    expect(await world.rows([...TABLES, ...APPLICATION])).toEqual(before);
    const { writes, byRoute } = await world.tenant.stats();
    expect(writes).toBe(0);
    const pages = { users: Math.ceil((SIZE.users + 1) / 5), groups: Math.ceil(SIZE.groups / 5) };
    expect(byRoute['GET /users/delta']).toBeLessThanOrEqual(pages.users + 1);
    expect(byRoute['GET /groups/delta']).toBeLessThanOrEqual(pages.groups + 1);
    // The connection itself goes on as it did.
    expect((await world.round()).users).toMatchObject({ created: 1 });
    await world.expectInStep();
  });

  it('keeps nothing personal in clear', async () => {
    const user = await world.tenant.createUser({ displayName: 'Hilda Hidden-Øst' });
    const { id } = await world.admin.preview(own(), await proposed());
    const planned = await world.admin.planned(own(), id);
    expect(planned.get(user.id)).toMatchObject({ name: 'Hilda Hidden-Øst', decision: 'out' });
    const rows = [...(await world.rows(['plans'])).values()];
    expect(rows.length).toBeGreaterThan(SIZE.users);
    const text = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)))
      .join('\n');
    for (const clear of ['Hidden', 'haldenworks', 'skiptoken']) expect(text).not.toContain(clear);
    expect(text).toContain(user.id);
  });

  it('is listed by kind and decision, page by page', async () => {
    const { id, counts } = await world.admin.preview(own(), await proposed());
    const all = await world.admin.planned(own(), id);
    const groups = await world.admin.planned(own(), id, '&kind=group');
    expect([...groups.values()].every(({ kind }) => kind === 'group')).toBe(true);
    expect(groups.size).toBe(SIZE.groups);
    const some = await world.admin.planned(own(), id, '&decision=none&size=1');
    expect(some).toEqual(new Map([...all].filter(([, { decision }]) => decision === 'none')));
    expect(some.size).toBe(counts.users.none);
    for (const wrong of ['size=0', 'kind=device', 'decision=perhaps', 'after=..']) {
      const answer = await world.admin.ask('GET', path(own(), `/${id}/objects?${wrong}`));
      expect(answer).toMatchObject({ status: 400 });
    }
  });

  it('is made but once at a time', async () => {
    await slowly();
    const first = await world.admin.beginPreview(own());
    const same = await world.admin.ask('POST', path(own()), { text: '' });
    const location = path(own(), `/${first}`);
    expect(same).toMatchObject({ status: 202, body: { planId: first, location, joined: true } });
    expect(same.headers.get('location')).toBe(location);
    const other = await world.admin.ask('POST', path(own()), {
      body: { rules: await proposed() },
    });
    expect(other).toMatchObject({ status: 409, body: { status: 409 } });
    expect(JSON.stringify(other.body)).toContain(first);
    expect(await world.admin.planEnded(own(), first)).toMatchObject({
      state: 'ready',
      rules: 'current',
    });
    expect((await world.admin.preview(own(), await proposed())).id).not.toBe(first);
  });

  it('goes on after its worker was killed', async () => {
    const undisturbed = await world.admin.preview(own(), await proposed());
    await slowly();
    const id = await world.admin.beginPreview(own(), await proposed());
    await world.until(async () => (await sumOf(id)) > 10);
    await world.azure.killWorker();
    await world.azure.startWorker();
    const plan = await world.admin.planEnded(own(), id);
    expect(plan).toMatchObject({ state: 'ready', counts: undisturbed.counts });
    expect(await world.admin.planned(own(), id)).toEqual(
      await world.admin.planned(own(), undisturbed.id),
    );
  });

  it('waits for a side that asks for a pause, and says so', async () => {
    await world.tenant.faults({ kind: 'throttle', route: 'users/delta', retryAfterSeconds: 300 });
    const id = await world.admin.beginPreview(own());
    await world.until(async () => (await world.admin.plan(own(), id)).error !== undefined);
    expect(await world.admin.plan(own(), id)).toMatchObject({
      state: 'reading',
      error: { code: 'throttled' },
    });
    await world.tenant.noFaults();
    expect(await world.admin.beginPreview(own())).toBe(id);
    const plan = await world.admin.planEnded(own(), id);
    expect(plan.state).toBe('ready');
    expect(plan.error).toBeUndefined();
  });

  it('fails where a side refuses, and says why', async () => {
    await world.tenant.faults({ kind: 'badSchema', route: 'users/delta' });
    const id = await world.admin.beginPreview(own());
    expect(await world.admin.planEnded(own(), id)).toMatchObject({
      state: 'failed',
      error: { code: 'bad-answer' },
    });
  });
});

const sumOf = async (id: string) => {
  const { counts } = await world.admin.plan(own(), id);
  return Object.values(counts.users).reduce((sum, count) => sum + count, 0);
};

/** A connection that was never on before the first of these stories. */
let first: Connected;
const firstId = () => first.connectionId;

describe('the first enabling', () => {
  it('takes a plan of this connection and of its rules of now', async () => {
    first = await world.another(fresh('first'));
    const elsewhere = await world.admin.preview(own());
    const old = await world.admin.preview(firstId());
    expect(old).toMatchObject({ rules: 'current', counts: { users: { create: SIZE.users + 2 } } });
    expect(await first.changeRules(await proposed())).toMatchObject({ status: 200 });
    expect(await world.admin.plan(firstId(), old.id)).toMatchObject({ rules: 'proposed' });
    for (const plan of [undefined, 'nobody knows', elsewhere.id, old.id]) {
      const refused = await world.admin.switchSync(firstId(), true, plan);
      expect(refused).toMatchObject({ status: 409, body: { type: 'urn:tandem:error:conflict' } });
      expect(JSON.stringify(refused.body)).toContain(`POST ${path(firstId())}`);
    }
    await slowly();
    const id = await world.admin.beginPreview(firstId());
    const early = await world.admin.switchSync(firstId(), true, id);
    expect(early).toMatchObject({ status: 409 });
    expect(JSON.stringify(early.body)).toContain(path(firstId(), `/${id}`));
    await world.admin.planEnded(firstId(), id);
    expect(await world.admin.switchSync(firstId(), true, id)).toMatchObject({ status: 200 });
    expect(await first.runEnded()).toMatchObject({ kind: 'initial', state: 'completed' });
    expect((await first.app.counts()).users).toBe(2);
  });

  it('is the only one that does', async () => {
    expect(await world.admin.switchSync(firstId(), false)).toMatchObject({ status: 200 });
    expect(await world.admin.switchSync(firstId(), true)).toMatchObject({ status: 200 });
    expect(await world.admin.switchSync(firstId(), true)).toMatchObject({ status: 200 });
  });

  it('is refused by a plan that could not be made', async () => {
    const unlucky = fresh('unlucky');
    await world.another(unlucky);
    await world.tenant.faults({ kind: 'badSchema', route: 'groups/delta' });
    const id = await world.admin.beginPreview(unlucky);
    expect(await world.admin.planEnded(unlucky, id)).toMatchObject({ state: 'failed' });
    expect(await world.admin.switchSync(unlucky, true, id)).toMatchObject({ status: 409 });
  });
});

describe('a plan that is asked for', () => {
  it('is not found under another connection, nor by what is no id', async () => {
    const { id } = await world.admin.preview(own());
    for (const rest of [`/${id.replace('0', '1')}`, '/..%2F..', '/no'])
      expect(await world.admin.ask('GET', path(own(), rest))).toMatchObject({ status: 404 });
    expect(await world.admin.ask('GET', path(firstId(), `/${id}`))).toMatchObject({ status: 404 });
    expect(await world.admin.ask('GET', path('nobody', `/${id}`))).toMatchObject({ status: 404 });
  });

  it('is not begun by rules that are wrong', async () => {
    const rules = { users: { scope: 'chosen', groups: ['No Such Group'] } };
    expect(await world.admin.ask('POST', path(own()), { body: { rules } })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('rules.users.groups.0') },
    });
  });

  it('is not begun for a connection that is leaving, and goes with it', async () => {
    await world.admin.remove(firstId(), 'deactivate');
    expect(await world.admin.ask('POST', path(firstId()))).toMatchObject({ status: 409 });
    const rows = async () =>
      [...(await world.rows(['plans'])).keys()].filter((name) =>
        name.startsWith(`plans/${firstId()}/`),
      );
    expect((await rows()).length).toBeGreaterThan(SIZE.users);
    await world.admin.remove(firstId(), 'keep');
    await world.until(async () => (await rows()).length === 0);
  });
});
