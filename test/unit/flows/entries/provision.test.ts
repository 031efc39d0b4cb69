import { beforeEach, describe, expect, it } from 'vitest';
import { provision } from '../../../../lib/flows/entries/provision.ts';
import { apply } from '../../../../lib/flows/lanes/apply.ts';
import type { StoredConnection } from '../../../../lib/ports/connections.ts';
import type { ChangeFeed } from '../../../../lib/ports/entra.ts';
import type { Outgoing } from '../../../../lib/ports/platform.ts';
import type { Services } from '../../../../lib/ports.ts';
import type { Properties } from '../../../../lib/sync/entry.ts';
import { laneMessageSchema } from '../../../../lib/sync/messages.ts';
import { ruleSettingsSchema } from '../../../../lib/sync/rules/settings.ts';
import { MemoryTables } from '../../../properties/memory-tables.ts';
import { openWorker, TABLES } from '../../../properties/worker.ts';

const NO_WRITES = {
  update: async () => [],
  remove: async () => [],
  create: async () => [],
  findBy: async () => new Map(),
};

const ID = '00000000-0000-4000-8000-000000000001';
const NAME = 'ada@contoso.example';

let time: number;
let properties: Properties;
/** Messages to lanes that nobody has handled. */
let waiting: Outgoing[];
let pauses: number[];
/** What happens in each pause. */
let meanwhile: () => Promise<void>;
let needs: Services;
let connection: StoredConnection;

const nobody = () => {
  throw new Error('nobody asks for it');
};

beforeEach(async () => {
  time = Date.UTC(2026, 0, 1);
  properties = { userPrincipalName: NAME, displayName: 'Ada Lovelace', accountEnabled: true };
  waiting = [];
  pauses = [];
  meanwhile = async () => {};
  const tables = new MemoryTables();
  await tables.ensure(TABLES);
  const clock = { now: () => time };
  const bus = {
    send: async (queue: string, messages: readonly Outgoing[]) => {
      if (queue === 'changes') waiting.push(...messages.filter((one) => !one.delaySeconds));
    },
    collectDeadLetters: async () => 0,
  };
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
    time += milliseconds;
    await meanwhile();
  };
  const none = async () => [];
  const writes = { update: none, addMembers: none, removeMembers: none, setManagers: none };
  needs = {
    ...openWorker({ tables, bus, feed: feed(), writes: { ...NO_WRITES, ...writes }, clock }),
    sleep,
  };
  connection = await needs.connections.create({
    id: 'one',
    name: 'one',
    enabled: true,
    entra: { tenantId: ID, clientId: ID, credentials: [] },
    app: { kind: 'hosted' },
    settingsVersion: 1,
    createdAt: new Date(0).toISOString(),
    updatedAt: new Date(0).toISOString(),
  });
});

/** A tenant of one user. */
function feed(): ChangeFeed {
  return {
    readPage: nobody,
    alive: nobody,
    restorable: nobody,
    members: nobody,
    managers: nobody,
    read: async function* () {
      yield [{ kind: 'user', id: ID, properties, manager: null }];
    },
    named: async (_, texts) =>
      new Map(
        texts.map((text) => [text, [{ id: ID, displayName: 'Ada', userPrincipalName: NAME }]]),
      ),
  };
}

/** The lane does what waits. */
async function work(): Promise<void> {
  for (const { body } of waiting.splice(0)) await apply(needs, laneMessageSchema.parse(body), 1);
}

/** A dry run's steps, by their names, under other rules. */
async function told(settings: object) {
  const rules = ruleSettingsSchema.parse(settings);
  const asked = { kind: 'user', text: NAME, dryRun: true, by: 'me' } as const;
  const { steps } = await provision(needs, { ...connection, rules }, asked);
  expect([pauses, waiting]).toEqual([[], []]);
  return Object.fromEntries(steps.map((one) => [one.step, one]));
}

async function provisioned() {
  const asked = { kind: 'user', text: NAME, dryRun: false, by: 'me' } as const;
  const { steps, isPending } = await provision(needs, connection, asked);
  return { result: steps.at(-1), isPending };
}

describe('whoever asks for an object', () => {
  it('waits for the lane, with growing pauses', async () => {
    meanwhile = async () => {
      if (pauses.length === 10) await work();
    };
    const { result, isPending } = await provisioned();
    expect(result).toMatchObject({ step: 'result', state: 'done' });
    expect(isPending).toBe(false);
    expect(pauses).toHaveLength(10);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  it('is told after 25 s that it takes longer', async () => {
    const began = time;
    const { result, isPending } = await provisioned();
    expect(isPending).toBe(true);
    expect(result).toMatchObject({ ok: false, state: 'pending', appId: null });
    expect(time - began).toBeGreaterThan(24_000);
    expect(time - began).toBeLessThan(27_000);
    expect(pauses.length).toBeLessThan(30);
    expect(waiting).toHaveLength(1);
  });

  it('asks the lane of a thing that is in step for nothing', async () => {
    meanwhile = work;
    await provisioned();
    const before = pauses.length;
    const { result } = await provisioned();
    expect(result).toMatchObject({ state: 'done', detail: 'nothing was to be done' });
    expect([pauses.length, waiting.length]).toEqual([before, 0]);
  });

  it('has an entry made at once for one that vanished', async () => {
    meanwhile = work;
    const first = (await provisioned()).result;
    const app = needs.directories.app(connection);
    await app.remove('user', [first && 'appId' in first ? (first.appId ?? '') : ''], 0);
    const { result } = await provisioned();
    const entry = (await app.find('user', [ID])).get(ID);
    expect(result).toMatchObject({ state: 'done', appId: entry?.id });
    expect(entry?.attributes.userName).toBe(NAME);
  });

  it('hears that the removal of a value waits for the guard', async () => {
    properties = { ...properties, jobTitle: 'Clerk' };
    meanwhile = work;
    await provisioned();
    properties = { ...properties, jobTitle: null, city: 'Oslo' };
    const { result, isPending } = await provisioned();
    expect(isPending).toBe(true);
    expect(result).toMatchObject({ state: 'pending', reason: 'removal' });
  });
});

describe('whoever only asks what would be done', () => {
  const GROUP = '00000000-0000-4000-8000-000000000002';
  const made = async (userName: string, externalId: string, displayName = '') => {
    const attributes = { userName, ...(displayName && { displayName }) };
    const draft = { kind: 'user' as const, externalId, active: true, attributes };
    const [outcome] = await needs.directories.app(connection).create([draft], 0);
    return outcome?.ok ? outcome.value.id : '';
  };

  it('hears of entitlements of which no seat is free, and takes none', async () => {
    await needs.ties.wait('one', [{ holder: GROUP, member: ID }]);
    await needs.seats.take('one', 'pro', 1, ['somebody']);
    const entitlements = [{ value: 'pro', groups: [{ id: GROUP }], seats: 1 }];
    const without = await told({ entitlements });
    expect(without.scope).toMatchObject({ ok: true, entitlements: ['pro'], unseated: ['pro'] });
    expect(JSON.stringify(without.difference)).not.toContain('entitlements');
    await needs.seats.give('one', 'pro', ['somebody']);
    const { difference } = await told({ entitlements });
    const given = { attribute: 'entitlements', from: null, to: ['pro'] };
    expect(difference).toMatchObject({ attributes: expect.arrayContaining([given]) });
    expect(await needs.seats.count('one', 'pro')).toBe(0);
  });

  it('hears which value is free', async () => {
    await made('other@contoso.example', '', 'Ada');
    const expression = 'SelectUniqueValue("Ada", "Ada 2")';
    const mappings = [{ target: 'displayName', type: 'expression', expression }];
    const { mapping } = await told({ users: { mappings } });
    const target = { target: 'displayName', value: 'Ada 2', from: 'expression' };
    expect(mapping).toMatchObject({
      targets: expect.arrayContaining([expect.objectContaining(target)]),
    });
  });

  it('hears who holds the user name, and whether they yield it', async () => {
    const holder = await made(NAME, 'unknown');
    const match = { is: 'existing', by: 'userName', appId: holder };
    expect(await told({})).toMatchObject({ match, action: { action: 'skip' } });
    const adopting = await told({ users: { existing: 'adopt' } });
    expect(adopting).toMatchObject({ match, action: { action: 'adopt' } });
    properties = { ...properties, userType: 'Guest' };
    const guest = await told({ users: { existing: 'adopt', types: 'guests' } });
    expect(guest.action).toMatchObject({
      action: 'skip',
      reason: expect.stringContaining('guests'),
    });
  });

  it('hears of an entry that carries the id, or of several that match', async () => {
    await made('x1', '', 'Ada Lovelace');
    await made('x2', '', 'ada lovelace');
    const matching = ['displayName', 'userName'];
    const several = await told({ users: { matching } });
    expect(several.match).toMatchObject({ ok: false, is: 'ambiguous', by: 'displayName' });
    const appId = await made('x3', ID);
    expect(await told({})).toMatchObject({
      match: { is: 'own', appId },
      action: { action: 'adopt' },
    });
  });
});
