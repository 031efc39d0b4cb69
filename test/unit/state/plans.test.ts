import { describe, expect, it } from 'vitest';
import { housekeep } from '../../../lib/flows/upkeep/housekeep.ts';
import { openPlans } from '../../../lib/state/plans.ts';
import { noCounts, type Plan, type PlannedObject } from '../../../lib/sync/plan.ts';
import { DEFAULT_SETTINGS } from '../../../lib/sync/rules/settings.ts';
import { newRunId } from '../../../lib/sync/run.ts';
import { MemoryTables } from '../../properties/memory-tables.ts';
import { plainSealer, TABLES } from '../../properties/worker.ts';
import { CONNECTION, World } from '../../properties/world.ts';

const DAY = 24 * 3_600_000;
const NOBODY = { plan: undefined, version: null };

async function open() {
  const requests: string[] = [];
  const tables = new MemoryTables({
    step: async (what) => {
      if (!what.startsWith('wrote')) requests.push(what);
    },
  });
  await tables.ensure(TABLES);
  const cost = async (work: () => Promise<unknown>) => {
    const before = requests.length;
    await work();
    return requests.length - before;
  };
  return { tables, plans: openPlans(tables.table('plans'), plainSealer), cost };
}

const planOf = (id: string, more: Partial<Plan> = {}): Plan => ({
  id,
  connectionSince: '2026-01-01T00:00:00.000Z',
  state: 'reading',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  error: null,
  rules: DEFAULT_SETTINGS,
  rulesKey: 'key',
  step: 'groups',
  link: null,
  stumbles: 0,
  counts: noCounts(),
  memberships: 0,
  ...more,
});

const object = (id: string, more: Partial<PlannedObject> = {}): PlannedObject => ({
  kind: 'user',
  id,
  decision: 'create',
  name: `Name of ${id}`,
  rule: null,
  reason: null,
  changes: [],
  ...more,
});

const many = (count: number, more: Partial<PlannedObject> = {}) =>
  Array.from({ length: count }, (_, n) => object(`u${String(n).padStart(5, '0')}`, more));

describe('a plan', () => {
  it('is begun by one of two who begin at the same time', async () => {
    const { plans } = await open();
    const last = await plans.last('c');
    const plan = await plans.begin('c', planOf('1'), last);
    await expect(plans.begin('c', planOf('2'), last)).rejects.toMatchObject({
      code: 'state-changed',
    });
    expect(await plans.last('c')).toMatchObject({ plan });
    const { version } = await plans.last('c');
    const next = await plans.begin('c', planOf('2'), { plan, version });
    expect((await plans.last('c')).plan).toEqual(next);
    expect(await plans.get('c', '1')).toEqual(plan);
    expect(await plans.get('d', '1')).toBeUndefined();
  });

  it('is written by one: who was overtaken adds nothing', async () => {
    const { plans } = await open();
    const plan = await plans.begin('c', planOf('1'), NOBODY);
    const saved = await plans.save('c', plan, { link: 'next' }, { objects: [object('u1')] });
    expect(saved).toMatchObject({ link: 'next', rules: DEFAULT_SETTINGS });
    await expect(
      plans.save('c', plan, { link: 'other' }, { objects: many(250) }),
    ).rejects.toMatchObject({ code: 'state-changed' });
    expect((await plans.objects('c', '1', { size: 200 })).objects).toHaveLength(1);
    expect(await plans.get('c', '1')).toEqual(saved);
  });

  it('adds what is said twice once, a hundred rows a transaction', async () => {
    const { plans, cost } = await open();
    let plan = await plans.begin('c', planOf('1'), NOBODY);
    const rows = {
      objects: [...many(190), object('u00001', { decision: 'update' })],
      nested: [{ holder: 'g1', member: 'g/2' }],
      roles: new Map([['u/1', [0, 2]]]),
      claims: new Map([['userName\nada', 'u/1']]),
    };
    const save = async () => {
      plan = await plans.save('c', plan, {}, rows);
    };
    expect(await cost(save)).toBe(2);
    await save();
    plan = await plans.save('c', plan, {}, { roles: new Map([['u/1', [1]]]) });
    expect(await plans.count('c', '1')).toMatchObject({ user: { create: 189, update: 1 } });
    expect(await plans.nested('c', '1')).toEqual(new Map([['g1', ['g/2']]]));
    const roles = await plans.roles('c', '1', ['u/1', 'u2']);
    expect([...roles.keys()]).toEqual(['u/1']);
    expect(new Set(roles.get('u/1'))).toEqual(new Set([0, 1, 2]));
    const claims = await plans.claims('c', '1', ['userName\nada', 'userName\neve']);
    expect(claims).toEqual(new Map([['userName\nada', 'u/1']]));
  });

  it('is listed in pages, by kind and by decision', async () => {
    const { plans } = await open();
    const plan = await plans.begin('c', planOf('1'), NOBODY);
    const groups = [object('g1', { kind: 'group' }), object('g2', { kind: 'group' })];
    const rare = object('u~x/', { decision: 'fail', reason: 'no' });
    await plans.save('c', plan, {}, { objects: [...many(30), rare, ...groups] });
    const all = await plans.objects('c', '1', { size: 200 });
    expect(all.next).toBeUndefined();
    expect(all.objects.slice(0, 2)).toEqual(groups);
    expect(all.objects).toHaveLength(33);
    const found: PlannedObject[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await plans.objects('c', '1', { size: 7, after });
      found.push(...page.objects);
      after = page.next;
      more = after !== undefined;
    }
    expect(found).toEqual(all.objects);
    const failing = await plans.objects('c', '1', { size: 7, decision: 'fail' });
    expect(failing).toEqual({ objects: [rare] });
    const ofKind = await plans.objects('c', '1', { size: 1, kind: 'group', after: 'group:g1' });
    expect(ofKind.objects).toEqual([groups[1]]);
    const beyond = await plans.objects('c', '1', { size: 1, kind: 'group', after: 'user:u00001' });
    expect(beyond).toEqual({ objects: [] });
  });

  it('leaves out changes that are too long to show', async () => {
    const { plans } = await open();
    const plan = await plans.begin('c', planOf('1'), NOBODY);
    const changes = [{ attribute: 'title', from: null, to: 'x'.repeat(200_000) }];
    const objects = [object('u1', { changes }), ...many(150, { changes: [] })];
    await plans.save('c', plan, {}, { objects });
    const found = (await plans.objects('c', '1', { size: 200 })).objects;
    expect(found).toHaveLength(151);
    expect(found.find(({ id }) => id === 'u1')).toMatchObject({
      decision: 'create',
      changes: [],
      reason: expect.any(String),
    });
  });
});

describe('plans', () => {
  it('are kept for seven days', async () => {
    const world = new World({ workers: 1, faults: [], chance: zeros() });
    await world.connect();
    const { outside } = world;
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const id = newRunId(world.now());
      const last = await outside.plans.last(CONNECTION);
      const plan = await outside.plans.begin(CONNECTION, planOf(id), last);
      await outside.plans.save(CONNECTION, plan, { state: 'ready' }, { objects: many(120) });
      ids.push(id);
      world.skip((3 * DAY) / 1_000);
    }
    const kept = async () =>
      (await Promise.all(ids.map((id) => outside.plans.get(CONNECTION, id)))).map(Boolean);
    expect(await kept()).toEqual([true, true, true]);
    await housekeep(outside);
    expect(await kept()).toEqual([false, true, true]);
    const rows = () => world.tables.rows('plans').map(({ rowKey }) => rowKey);
    expect(rows().filter((key) => key.includes(ids[0] ?? ''))).toEqual([]);
    world.skip((9 * DAY) / 1_000);
    await housekeep(outside);
    expect(await kept()).toEqual([false, false, false]);
    expect(rows()).toEqual(['last']);
    expect(await outside.plans.last(CONNECTION)).toMatchObject({ plan: undefined });
  });
});

function* zeros(): Generator<number> {
  for (;;) yield 0;
}
