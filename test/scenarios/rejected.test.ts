import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 20, groups: 4, memberships: 30 });
});
afterAll(() => world?.stop());
afterEach(() => world.tenant.noFaults());

const id = () => world.connectionId;
const SURNAME = 'Zwiebelhuber-Øst';
const list = () => world.admin.rejected(id());

/** A message of a version that nobody knows yet, about some users. */
function unreadable(...ids: readonly string[]) {
  const items = ids.map((user) => ({
    kind: 'user',
    id: user,
    properties: { displayName: `Ida ${SURNAME}` },
  }));
  return { v: 99, connectionId: id(), kind: 'items', lane: 5, items };
}

/** How many there are: the list looks for dead letters too, which takes its time. */
const count = async () => (await world.status()).rejectedMessages;

async function reject(body: unknown): Promise<void> {
  const before = await count();
  await world.put('changes', `${id()}:5`, body);
  await world.until(async () => (await count()) === before + 1);
}

/** Leaves a message to the bus, which gives it up. */
async function bury(body: unknown): Promise<void> {
  await world.azure.killWorker();
  const session = { queue: 'changes', sessionId: `${id()}:5` };
  await world.put(session.queue, session.sessionId, body);
  expect(await world.take({ ...session, isMeant: () => true, how: 'bury' })).toBe(1);
  await world.azure.startWorker();
}

describe('messages that could not be handled', () => {
  it('stand in one list, with the reason and without personal data', async () => {
    await reject(unreadable('0'));
    await world.put('polls', id(), `about ${SURNAME}`);
    await world.until(async () => (await count()) === 2);
    await bury(unreadable('1'));
    const all = await list();
    expect(all).toHaveLength(3);
    expect(all.map(({ queue }) => queue).sort()).toEqual(['changes', 'changes', 'polls']);
    expect(all.filter(({ reason }) => reason.includes('the bus gave up'))).toHaveLength(1);
    expect(all.filter(({ reason }) => reason.includes('schema'))).toHaveLength(1);
    expect(all.filter(({ reason }) => reason.includes('version 99'))).toHaveLength(1);
    expect(JSON.stringify(all)).not.toContain(SURNAME);
    expect(await count()).toBe(3);
    expect(await world.admin.rejected(id(), '?size=2')).toEqual(all);
    const path = `/manage/connections/${id()}/rejected?size=`;
    expect((await world.admin.ask('GET', `${path}0`)).status).toBe(400);
  });

  it('can be forgotten', async () => {
    const [first, ...others] = await list();
    expect((await world.admin.forget(id(), first?.id ?? '')).status).toBe(204);
    expect(await count()).toBe(others.length);
    expect((await world.admin.replay(id(), first?.id ?? '')).status).toBe(404);
    for (const one of others) await world.admin.forget(id(), one.id);
    expect(await count()).toBe(0);
  });
});

describe('a message that is replayed', () => {
  it('has its objects read again: what it said is not believed', async () => {
    const leaver = await world.tenant.createUser({ displayName: 'Leaves Unseen' });
    const stays = await world.tenant.createUser({ displayName: 'Stays As He Is' });
    await world.round();
    // No delta tells of these, but a read by id does.
    await world.tenant.faults({ kind: 'lag', seconds: 3_600 });
    const comer = await world.tenant.createUser({ displayName: 'Comes Unseen' });
    await world.tenant.deleteUser(leaver.id);
    await world.round();
    await reject(unreadable(leaver.id, stays.id, comer.id));
    const [{ id: message } = { id: '' }] = await list();
    const answer = await world.admin.replay(id(), message);
    expect(answer).toMatchObject({ status: 202, body: { replayed: { objects: 3 } } });
    await world.until(async () => (await world.app.read()).users.has(comer.id));
    const isOut = async () => (await world.app.read()).users.get(leaver.id)?.active === false;
    await world.until(isOut);
    const { users } = await world.app.read();
    for (const user of [stays, comer])
      expect(users.get(user.id)).toMatchObject({
        active: true,
        attributes: { displayName: user.displayName },
      });
    await world.expectInStep();
    expect(await count()).toBe(0);
    expect((await world.admin.replay(id(), message)).status).toBe(404);
  });

  it('makes a full run where it names no object', async () => {
    await bury({ nobody: 'knows' });
    const [{ id: message } = { id: '' }] = await list();
    const answer = await world.admin.replay(id(), message);
    expect(answer).toMatchObject({ status: 202, body: { replayed: { resync: true } } });
    await world.until(async () => (await world.status()).lastRun?.kind === 'resync');
    await world.expectInStep();
  });
});
