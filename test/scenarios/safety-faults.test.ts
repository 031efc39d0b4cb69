import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LossKind } from '../../lib/sync/losses.ts';
import type { Fault } from '../../local/tenant/faults.ts';
import type { AppDirectory } from './application.ts';
import { there } from './connected.ts';
import { EVERYBODY } from './everybody.ts';
import { losses } from './losses.ts';
import { startWorld, type World } from './world.ts';

const NOTHING_HELD = { users: 0, groups: 0, memberships: 0, entitlements: 0, attributes: 0 };

let world: World;
/** What the application held before anything went wrong. */
let before: AppDirectory;

beforeAll(async () => {
  const size = { users: 40, groups: 6, memberships: 120 };
  world = await startWorld({ ...size, pageSize: 10, memberPageSize: 10 });
  before = await world.app.read();
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

const id = () => world.connectionId;

/** All is well again: a full run brings both sides in step, and nothing is held any more. */
async function heal(): Promise<void> {
  await world.tenant.noFaults();
  expect(await world.resync()).toMatchObject({ kind: 'resync', state: 'completed' });
  await expectInStep();
}

async function expectInStep(): Promise<void> {
  await world.expectInStep();
  const { held, failures, lastError } = await world.status();
  const clean = { held: NOTHING_HELD, failures: 0, lastError: null };
  expect({ held, failures, lastError }).toEqual(clean);
}

async function expectNothingLost(): Promise<void> {
  expect(losses(before, await world.app.read()).slice(0, 8)).toEqual([]);
}

describe('nothing is removed by a full run', () => {
  it('that cannot read on, whatever the reason', async () => {
    const route = 'users/delta';
    const halts: readonly (readonly [code: string, fault: Fault])[] = [
      ['unavailable', { kind: 'unavailable', route: 'groups/delta', retryAfterSeconds: 0.05 }],
      [
        'unavailable',
        { kind: 'unavailable', status: 500, route, after: 2, retryAfterSeconds: 0.05 },
      ],
      ['unavailable', { kind: 'truncated', how: 'cut', route }],
      ['bad-answer', { kind: 'truncated', how: 'syntax', route, after: 1 }],
      ['bad-answer', { kind: 'badSchema', route }],
    ];
    let runId: string | undefined;
    let toldAt: string | undefined;
    for (const [code, fault] of halts) {
      await world.tenant.noFaults();
      await world.tenant.faults(fault);
      if (runId !== undefined) await world.azure.runTimer('poll-timer');
      runId ??= await world.admin.resync(id());
      await world.until(async () => {
        const { lastError, unavailable } = await world.status();
        const isNew = lastError?.code === code && lastError.at !== toldAt;
        if (isNew) expect(unavailable.entra).toMatchObject({ code, why: lastError.message });
        if (isNew) toldAt = lastError.at;
        return isNew;
      });
      await expectNothingLost();
    }
    await world.tenant.noFaults();
    await world.azure.runTimer('poll-timer');
    expect(await world.ended(there(runId))).toMatchObject({ state: 'completed' });
    await expectInStep();
    await expectNothingLost();
  });

  /** What Graph can say that is well formed, and not true. */
  const LIES: readonly (readonly [name: string, ...faults: Fault[]])[] = [
    ['no user and no group', { kind: 'emptyAnswer', route: '/delta' }],
    ['a part', { kind: 'partialAnswers', share: 40 }],
    [
      'another tenant’s objects among its own',
      { kind: 'foreignPage', route: 'users/delta', after: 4, count: 1 },
      { kind: 'foreignPage', route: 'groups/delta', count: 1 },
    ],
    ['no properties', { kind: 'lostPermission' }],
    ['no relationships', { kind: 'lostPermission', properties: ['members', 'manager'] }],
  ];
  for (const [name, ...faults] of LIES)
    it(`that is shown ${name}`, async () => {
      await world.tenant.faults(...faults);
      // Where much was left out, the run counts as incomplete.
      await world.resync();
      expect((await world.status()).held).toEqual(NOTHING_HELD);
      await expectNothingLost();
    });

  it('that cannot ask by id', async () => {
    await world.tenant.faults(
      { kind: 'emptyAnswer', route: '/delta' },
      { kind: 'unavailable', route: 'getByIds', retryAfterSeconds: 0.05 },
    );
    expect(await world.resync()).toMatchObject({ state: 'incomplete' });
    expect((await world.status()).resyncAsked).toBe(true);
    await expectNothingLost();
    await heal();
    await expectNothingLost();
  });

  /** The same wherever Tandem asks to make sure: it is for an administrator to say. */
  const HOLDS: readonly (readonly [name: string, kind: LossKind, ...faults: Fault[]])[] = [
    ['nothing, wherever it asks,', 'users', { kind: 'emptyAnswer' }],
    [
      'a part, whoever is asked about members,',
      'memberships',
      { kind: 'partialAnswers', share: 20, route: 'groups/delta' },
      { kind: 'emptyAnswer', route: '/members' },
    ],
    ['null for each property', 'attributes', { kind: 'lostPermission', mode: 'null' }],
  ];
  for (const [name, kind, ...faults] of HOLDS)
    it(`that is shown ${name}: it is held`, async () => {
      await world.tenant.faults(...faults);
      await world.resync();
      const { held } = await world.admin.held(id(), `?kind=${kind}&size=200`);
      expect(held.length).toBe((await world.status()).held[kind]);
      expect(held.length).toBeGreaterThan(9);
      await expectNothingLost();
      await heal();
      await expectNothingLost();
    });
});

describe('nothing is removed by a full run that is stopped', () => {
  /** A full run whose pages of users have to wait a little. */
  async function slowResync(): Promise<string> {
    const fault = { kind: 'throttle', route: 'users/delta', retryAfterSeconds: 0.3 } as const;
    await world.tenant.faults({ ...fault, burst: { struck: 1, spared: 1 } });
    await world.tenant.resetStats();
    const runId = await world.admin.resync(id());
    const pages = async () => (await world.tenant.stats()).byRoute['GET /users/delta'] ?? 0;
    await world.until(async () => (await pages()) >= 3);
    expect((await world.status()).currentRun).toMatchObject({ id: runId, kind: 'resync' });
    return runId;
  }

  it('half-way by the switch', async () => {
    const runId = await slowResync();
    await world.switchSync(false);
    await world.until(async () => (await world.status()).currentRun?.state === 'paused');
    await expectNothingLost();
    await world.switchSync(true);
    expect(await world.ended(runId)).toMatchObject({ state: 'completed' });
    await expectInStep();
    await expectNothingLost();
  });

  it('half-way by the death of its worker', async () => {
    const runId = await slowResync();
    await world.azure.killWorker();
    await expectNothingLost();
    await world.azure.startWorker();
    expect(await world.ended(runId)).toMatchObject({ state: 'completed' });
    await expectInStep();
    await expectNothingLost();
  });
});

describe('a lane message that is lost', () => {
  /** Keeps lanes from working, waits until their messages lie on the bus, and loses one. */
  async function loseOne(runId: string): Promise<void> {
    await world.until(async () => {
      const { polls, changes } = await world.messages();
      return polls === 0 && changes > 1;
    });
    await world.azure.killWorker();
    await world.azure.tableFaults([]);
    let lost = 0;
    const isItems = (body: unknown) =>
      JSON.stringify(body).includes(runId) && JSON.stringify(body).includes('"kind":"items"');
    for (let lane = 0; lane < 16 && lost === 0; lane += 1) {
      const session = { queue: 'changes', sessionId: `${id()}:${lane}` };
      lost += await world.take({ ...session, isMeant: isItems });
    }
    expect(lost).toBeGreaterThan(0);
    await world.azure.startWorker();
    await world.azure.runTimer('poll-timer');
  }
  const holdLanes = () => world.azure.tableFaults([{ tables: ['links'], mode: 'unavailable' }]);

  it('leaves its run incomplete; a full run follows by itself', async () => {
    const names = Array.from({ length: 6 }, (_, n) => `Lost ${n}`);
    const created = await Promise.all(
      names.map((displayName) => world.tenant.createUser({ displayName })),
    );
    await holdLanes();
    const { runId } = await world.admin.syncNow(id());
    await loseOne(runId);
    expect(await world.ended(runId)).toMatchObject({ kind: 'incremental', state: 'incomplete' });
    await world.until(async () => (await world.status()).lastRun?.kind === 'resync');
    const { users } = await world.app.read();
    expect(created.filter((user) => !users.has(user.id))).toEqual([]);
    await world.expectInStep();
    await expectNothingLost();
  });

  it('in a full run proves nothing missing', async () => {
    await holdLanes();
    const runId = await world.admin.resync(id());
    await loseOne(runId);
    expect(await world.ended(runId)).toMatchObject({ kind: 'resync', state: 'incomplete' });
    expect((await world.status()).resyncAsked).toBe(true);
    await expectNothingLost();
    await heal();
    await expectNothingLost();
  });
});

describe('a full run in which thirty objects fail', () => {
  it('brings over the others, and takes nothing away', async () => {
    const expression = 'IIF([jobTitle] = "Late", Error("not yet"), "ready")';
    const mapping = { type: 'expression', target: 'nickName', expression };
    await world.changeRules({
      ...EVERYBODY,
      users: { ...EVERYBODY.users, mappings: [mapping] },
    });
    await world.until(async () => (await world.status()).currentRun === null);
    const late: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      const facts = { displayName: `Comes Late ${n}`, jobTitle: 'Late' };
      late.push((await world.tenant.createUser(facts)).id);
    }
    await world.tenant.createUser({ displayName: 'Comes Through' });
    const run = await world.resync();
    expect(run.counters.users).toMatchObject({ failed: 30, created: 1 });
    const { failures, held } = await world.status();
    expect({ failures, held }).toEqual({ failures: 30, held: NOTHING_HELD });
    await expectNothingLost();
    for (const user of late) await world.tenant.patchUser(user, { jobTitle: null });
    expect(await world.resync()).toMatchObject({ state: 'completed' });
    const { users } = await world.app.read();
    expect(late.filter((user) => !users.has(user))).toEqual([]);
    expect((await world.status()).failures).toBe(0);
  });
});
