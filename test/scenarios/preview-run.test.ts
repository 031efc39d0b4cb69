import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Connected } from './connected.ts';
import { snapshot, surprises } from './foreseen.ts';
import { fresh } from './fresh.ts';
import type { PlannedView } from './preview-api.ts';
import { startWorld, type World } from './world.ts';

const CONTOSO = 'contoso.example';
const MAIL = 'emails[type eq "work"].value';

let world: World;
const ids: Record<string, string> = {};

const id = (name: string) => ids[name] ?? '';
const user = async (name: string, values: object = {}) => {
  const userPrincipalName = `${name.toLowerCase()}@${CONTOSO}`;
  const made = { displayName: `${name} Someone`, userPrincipalName, mail: userPrincipalName };
  ids[name] = (await world.tenant.createUser({ ...made, ...values })).id;
};
const group = async (name: string, ...members: string[]) => {
  ids[name] = (
    await world.tenant.createGroup({ displayName: name, mail: `${name}@${CONTOSO}` })
  ).id;
  if (members.length > 0) await world.tenant.addMembers(id(name), members.map(id));
};

/** Small pages, so that a group shows on several of them, and some before the group it is in. */
beforeAll(async () => {
  const size = { users: 40, groups: 8, memberships: 80 };
  world = await startWorld({ ...size, pageSize: 7, memberPageSize: 5, empty: true });
  for (const name of ['Ann', 'Ben', 'Cid', 'Dot', 'Eli', 'Fay', 'Gus', 'Hal', 'Ida', 'Jon'])
    await user(name);
  await user('Guest', { userType: 'Guest' });
  await user('Disabled', { accountEnabled: false });
  await user('Abroad', { userPrincipalName: 'abroad@elsewhere.example' });
  await user('Nameless', { displayName: '…', givenName: null, surname: null });
  await user('Late', { city: 'no date' });
  await group('Deck', 'Cid', 'Dot', 'Late', 'Ida');
  await group('Crew', 'Deck', 'Ben', 'Nameless', 'Guest');
  await group('Team', 'Crew', 'Ann', 'Eli', 'Fay', 'Disabled', 'Abroad', 'Hal');
  await group('Ring', 'Gus');
  await world.tenant.addMembers(id('Deck'), [id('Ring')]);
  await world.tenant.addMembers(id('Ring'), [id('Crew')]);
  await group('Denied', 'Fay');
  await group('Pros', 'Ann', 'Ring');
  await world.tenant.addMembers(id('Ring'), [id('Jon')]);
});
afterAll(() => world?.stop());

/** By whom may take part, nested groups and all, with entries of others in the way. */
const RULES = {
  users: {
    scope: 'chosen',
    groups: ['Team'],
    users: ['jon@contoso.example'],
    types: 'both',
    domains: [CONTOSO],
    deny: ['Denied'],
    matching: ['userName', MAIL],
    mappings: [
      {
        type: 'expression',
        target: 'timezone',
        expression: 'CStr(DateDiff("d", Coalesce([city], "2025-12-31"), "2026-01-01"))',
      },
    ],
  },
  groups: { scope: 'chosen', prefixes: ['te', 'c'], policy: ['Pros'] },
  entitlements: [{ value: 'pro', groups: ['Pros'] }],
};

type Draft = Readonly<Record<string, string>>;

/** Entries that the application had before. */
async function had(connectionId: string, drafts: readonly Draft[]): Promise<void> {
  const tables = openTables({ connectionString: world.azure.tableConnectionString });
  const directory = openHostedDirectory(tables, connectionId);
  const outcomes = await directory.create(
    drafts.map(({ externalId = '', ...attributes }) => {
      return { kind: 'user' as const, externalId, active: true, attributes };
    }),
    0,
  );
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
}

/**
 * Takes a plan, lets `run` happen, and compares the two.
 * @returns what was foreseen, by name
 */
async function foreseen(
  connected: Connected,
  run: (planId: string) => Promise<unknown>,
  { rules, rivals = [] }: { rules?: unknown; rivals?: readonly string[] } = {},
): Promise<(name: string) => PlannedView | undefined> {
  const { connectionId } = connected;
  const { id: planId, counts } = await world.admin.preview(connectionId, rules);
  const plan = await world.admin.planned(connectionId, planId);
  const live = (await world.tenant.dump()).map((object) => object.id);
  expect([...plan.keys()].sort()).toEqual([...new Set(live)].sort());
  expect(sumOf(counts.users) + sumOf(counts.groups)).toBe(plan.size);
  const before = await snapshot(world, connected);
  await run(planId);
  const after = await snapshot(world, connected);
  // Which of two is first nobody can tell.
  const certain = new Map(plan);
  for (const name of rivals) certain.delete(id(name));
  expect(surprises(certain, before, after)).toEqual([]);
  expect(rivals.filter((name) => after.ties.get(id(name))?.dirty !== undefined)).toHaveLength(
    rivals.filter((name) => plan.get(id(name))?.decision === 'fail').length,
  );
  return (name) => plan.get(id(name));
}

const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const ENTRIES = (): Draft[] => [
  { userName: `hal@${CONTOSO}`, title: 'Here before' },
  { userName: 'other-name', [MAIL]: `IDA@${CONTOSO}` },
  { userName: 'own-work', externalId: id('Ann'), title: 'Made in another life' },
  { userName: 'twin-1', [MAIL]: `dot@${CONTOSO}` },
  { userName: 'twin-2', [MAIL]: `dot@${CONTOSO}` },
];

/** What the guard holds is approved: a plan says all that is to be taken away. */
async function allowed({ connectionId, status, ended }: Connected): Promise<void> {
  if (sumOf((await status()).held) > 0) await ended(await world.admin.approve(connectionId));
}

/** Gives a connection other rules and waits for the run that follows. @returns its kind */
async function judgedBy(connected: Connected, rules: unknown): Promise<string> {
  const { lastRun: before } = await connected.status();
  expect(await connected.changeRules(rules)).toMatchObject({ status: 200 });
  await world.until(async () => {
    const { lastRun } = await connected.status();
    return lastRun !== null && lastRun.id !== before?.id;
  });
  const { kind } = await connected.runEnded();
  await allowed(connected);
  return kind;
}

describe('a plan', () => {
  let connected: Connected;

  it('of an initial run is what the run does, object by object', async () => {
    connected = await world.another(fresh('initial'), RULES);
    await had(connected.connectionId, ENTRIES());
    const planned = await foreseen(connected, async (planId) => {
      await world.admin.switchSync(connected.connectionId, true, planId);
      await connected.runEnded();
    });
    expect(planned('Ann')).toMatchObject({ decision: 'adopt', rule: 'externalId' });
    expect(planned('Gus')).toMatchObject({ decision: 'create', rule: null });
    expect(planned('Jon')).toMatchObject({ decision: 'create' });
    expect(planned('Hal')).toMatchObject({ decision: 'skip', rule: 'userName' });
    expect(planned('Ida')).toMatchObject({ decision: 'skip', rule: MAIL });
    expect(planned('Dot')).toMatchObject({ decision: 'fail', rule: MAIL });
    expect(planned('Late')).toMatchObject({ decision: 'fail' });
    expect(planned('Fay')).toMatchObject({ decision: 'create', rule: 'users.deny' });
    expect(planned('Abroad')).toMatchObject({ decision: 'out', rule: 'users.domains' });
    expect(planned('Team')).toMatchObject({ decision: 'create' });
    expect(planned('Pros')).toMatchObject({ decision: 'create', rule: 'groups.policy' });
    expect(planned('Deck')).toMatchObject({ decision: 'out', rule: 'groups.scope' });
  });

  it('of rules that what was seen can answer is what the run for them does', async () => {
    const { users, groups } = RULES;
    const rules = {
      users: {
        ...users,
        groups: ['Crew'],
        deny: [],
        existing: 'adopt',
        leaving: 'delete',
        neverDelete: ['eli@*'],
        mappings: [...users.mappings, { type: 'constant', target: 'nickName', value: 'Mate' }],
      },
      groups: { ...groups, prefixes: ['de', 'p'], policy: [] },
      entitlements: [{ value: 'deck', groups: ['Deck'] }],
    };
    const planned = await foreseen(
      connected,
      async () => expect(await judgedBy(connected, rules)).toBe('rules'),
      { rules },
    );
    expect(planned('Cid')).toMatchObject({ decision: 'update' });
    expect(planned('Ida')).toMatchObject({ decision: 'adopt', rule: MAIL });
    expect(planned('Ann')).toMatchObject({ decision: 'delete', rule: 'users.scope' });
    expect(planned('Eli')).toMatchObject({ decision: 'deactivate', rule: 'users.scope' });
    expect(planned('Team')).toMatchObject({ decision: 'delete', rule: 'groups.scope' });
    expect(planned('Deck')).toMatchObject({ decision: 'create' });
    expect(planned('Pros')).toMatchObject({ decision: 'none' });
  });

  it('of rules that read more is what the resync for them does', async () => {
    const { users } = RULES;
    const mailNickname = { type: 'direct', source: 'mailNickname', default: 'nobody' };
    const rules = {
      users: {
        scope: 'all',
        types: 'both',
        existing: 'adopt',
        mappings: [{ ...mailNickname, target: 'userName' }],
        matching: users.matching,
      },
      groups: { withoutMail: true },
    };
    for (const name of ['Ben', 'Eli'])
      await world.tenant.patchUser(id(name), { jobTitle: 'Told to nobody yet' });
    await world.tenant.addMembers(id('Denied'), [id('Ben')]);
    const named = async (name: string) =>
      (await connected.app.read()).users.get(id(name))?.attributes.userName;
    // Two swap their names; one is to have the name that another keeps.
    await world.tenant.patchUser(id('Cid'), { mailNickname: `gus@${CONTOSO}` });
    await world.tenant.patchUser(id('Gus'), { mailNickname: `cid@${CONTOSO}` });
    await world.tenant.patchUser(id('Jon'), { mailNickname: `ben@${CONTOSO}` });
    await world.tenant.patchUser(id('Ben'), { mailNickname: `ben@${CONTOSO}` });
    const planned = await foreseen(
      connected,
      async () => {
        expect(await judgedBy(connected, rules)).toBe('resync');
        await world.until(async () => (await named('Cid')) === `gus@${CONTOSO}`);
        await world.until(async () => (await named('Gus')) === `cid@${CONTOSO}`);
      },
      // Whose lane is quicker has it.
      { rules, rivals: ['Ben', 'Jon'] },
    );
    expect(planned('Ben')).toMatchObject({ decision: 'update' });
    expect(planned('Cid')).toMatchObject({ decision: 'update' });
    expect(planned('Jon')).toMatchObject({ decision: 'fail', rule: 'userName' });
  });

  it('sets right what strayed in the application, and makes anew what is gone', async () => {
    const tables = openTables({ connectionString: world.azure.tableConnectionString });
    const directory = openHostedDirectory(tables, connected.connectionId);
    const { users } = await connected.app.read();
    const [strayed, gone] = [users.get(id('Eli')), users.get(id('Fay'))];
    await directory.update([
      { kind: 'user', id: '', version: '', clear: [], ...strayed, set: { title: 'Strayed' } },
    ]);
    await directory.remove('user', [gone?.id ?? ''], 0);
    const planned = await foreseen(connected, async () => {
      await connected.resync();
      await world.admin.retry(connected.connectionId, id('Fay'));
      await world.until(async () => (await connected.app.read()).users.has(id('Fay')));
    });
    const title = { attribute: 'title', from: 'Strayed', to: 'Told to nobody yet' };
    expect(planned('Eli')).toMatchObject({ decision: 'update', changes: [title] });
    expect(planned('Fay')).toMatchObject({ decision: 'create', reason: expect.any(String) });
    expect(planned('Gus')).toMatchObject({ decision: 'none', changes: [] });
  });

  it('tells of values that two objects make, and only one can have', async () => {
    for (const name of ['Twin', 'Other', 'Third'])
      await user(name, { givenName: 'Twin', surname: name === 'Third' ? 'Three' : 'Two' });
    for (const name of ['Rita', 'Rolf']) await user(name, { mailNickname: 'same' });
    const rivals = await world.another(fresh('rivals'), {
      users: {
        scope: 'chosen',
        users: ['Twin', 'Other', 'Third', 'Rita', 'Rolf'].map(id),
        aliases: '%givenName%.%surname%',
        mappings: [
          {
            type: 'expression',
            target: 'userName',
            expression: 'Coalesce([mailNickname], [userPrincipalName])',
          },
        ],
      },
    });
    const planned = await foreseen(
      rivals,
      async (planId) => {
        await world.admin.switchSync(rivals.connectionId, true, planId);
        await rivals.runEnded();
      },
      { rivals: ['Twin', 'Other', 'Rita', 'Rolf'] },
    );
    const decisions = (...names: string[]) =>
      names.map((name) => planned(name)?.decision ?? '').sort();
    expect(decisions('Twin', 'Other')).toEqual(['create', 'fail']);
    expect(decisions('Rita', 'Rolf')).toEqual(['create', 'fail']);
    expect(planned('Third')).toMatchObject({ decision: 'create' });
  });
});
