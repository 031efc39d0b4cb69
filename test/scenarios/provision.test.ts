import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Connected } from './connected.ts';
import { fresh } from './fresh.ts';
import { openProvisioning } from './provisioning.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let skipping: Connected;
let adopting: Connected;
let scoped: Connected;
let team: string;
let asking: ReturnType<typeof openProvisioning>;

/** The last level of a department's path, and a fault in one city. */
const UNIT =
  'Coalesce(Item(Split([department], ">"), 3), Item(Split([department], ">"), 2), [department])';
const LAND = 'IIF([city] = "Atlantis", Error("there is no such city"), [country])';
const MAPPINGS = [
  { target: 'nickName', type: 'expression', expression: UNIT },
  { target: 'locale', type: 'expression', expression: LAND },
];

beforeAll(async () => {
  world = await startWorld({ users: 6, groups: 1, memberships: 4, empty: true });
  asking = openProvisioning(world);
  team = (await world.tenant.createGroup({ displayName: 'Team' })).id;
  const groups = { withoutMail: true };
  skipping = await world.another(fresh('skipping'), { users: { mappings: MAPPINGS }, groups });
  adopting = await world.another(fresh('adopting'), { users: { existing: 'adopt' }, groups });
  scoped = await world.another(fresh('scoped'), {
    users: { scope: 'chosen', groups: ['Team'] },
    groups,
  });
});
afterAll(() => world?.stop());

const on = async (...those: readonly Connected[]) => {
  await Promise.all(those.map((one) => one.switchSync(true)));
  await Promise.all(those.map((one) => one.runEnded()));
};
let hired = 0;
async function newUser(displayName: string, values: object = {}): Promise<string> {
  hired += 1;
  const userPrincipalName = `user${hired}@contoso.example`;
  return (await world.tenant.createUser({ displayName, userPrincipalName, ...values })).id;
}
const entry = async (of: Connected, id: string) => (await of.app.read()).users.get(id);

/** The application's own side of a connection. */
const application = (of: Connected) =>
  openHostedDirectory(
    openTables({ connectionString: world.azure.tableConnectionString }),
    of.connectionId,
  );

describe('a connection that is off', () => {
  it('tells what would be done, and does nothing', async () => {
    const user = await newUser('Olga Off', { department: 'Works > Roads > Snow' });
    const { scope, match, mapping, action } = await asking.dryRun(skipping, { user });
    expect(scope).toMatchObject({ ok: true, is: 'in', rule: null });
    expect(match).toMatchObject({ is: 'none' });
    expect(mapping?.targets).toContainEqual({
      target: 'nickName',
      value: 'Snow',
      from: 'expression',
      sources: ['department'],
      expression: UNIT,
    });
    expect(action).toMatchObject({ action: 'create' });
    const { status, detail } = await asking.refused(skipping, { user });
    expect(status).toBe(409);
    expect(detail).toContain('PUT …/sync');
  });

  it('says that groups are not known yet', async () => {
    const user = await newUser('Gina Groups');
    await world.tenant.addMembers(team, [user]);
    const { scope, action } = await asking.dryRun(scoped, { user });
    expect(scope).toMatchObject({
      is: 'out',
      rule: 'users.scope',
      groups: [{ id: team, name: 'Team', isMember: false }],
      groupsKnown: false,
      groupsAsOf: null,
    });
    expect(action).toMatchObject({ action: 'none' });
  });
});

describe('provisioning a user', () => {
  beforeAll(() => on(skipping, adopting, scoped));

  it('creates it before any round has shown it, and the round leaves it alone', async () => {
    const user = await newUser('Nora Neu', { onPremisesSamAccountName: 'n.neu' });
    const name = `user${hired}@contoso.example`;
    const told = await asking.dryRun(skipping, { user: name.toUpperCase() });
    expect(told.found).toMatchObject({ id: user, name });
    expect(told.difference?.active).toEqual({ from: null, to: true });
    const { action, result } = await asking.provision(skipping, { user });
    expect(action).toMatchObject({ action: 'create' });
    const made = await entry(skipping, user);
    expect(result).toMatchObject({ ok: true, state: 'done', appId: made?.id });
    expect(made?.attributes).toMatchObject({
      'name.familyName': 'Neu',
      'urn:ietf:params:scim:schemas:extension:tandem:2.0:User:aliases': ['n.neu', 'nneu'],
    });
    await skipping.syncNow();
    expect(await entry(skipping, user)).toEqual(made);
    const again = await asking.provision(skipping, { user });
    expect(again.action).toMatchObject({ action: 'none' });
    expect(again.result).toMatchObject({ state: 'done', detail: 'nothing was to be done' });
  });

  it('brings over what changed, and sets right what strayed', async () => {
    const user = await newUser('Carl Change', { jobTitle: 'Clerk', city: 'Oslo' });
    await asking.provision(skipping, { user });
    const { id, version } = (await entry(skipping, user)) ?? { id: '', version: '' };
    const strayed = { kind: 'user' as const, id, version, set: { title: 'King' }, clear: [] };
    await application(skipping).update([strayed]);
    await world.tenant.patchUser(user, { department: 'Works' });
    const { difference, action } = await asking.dryRun(skipping, { user });
    expect(action).toMatchObject({ action: 'update' });
    expect(difference?.attributes).toContainEqual({
      attribute: 'title',
      from: 'King',
      to: 'Clerk',
    });
    expect(await asking.provision(skipping, { user })).toMatchObject({ result: { state: 'done' } });
    expect((await entry(skipping, user))?.attributes).toMatchObject({
      title: 'Clerk',
      nickName: 'Works',
    });
  });

  it('makes an entry anew that is gone from the application', async () => {
    const user = await newUser('Gerd Gone');
    await asking.provision(skipping, { user });
    await application(skipping).remove('user', [(await entry(skipping, user))?.id ?? ''], 0);
    const { match, action } = await asking.dryRun(skipping, { user });
    expect([match, action]).toMatchObject([{ is: 'linked', ok: false }, { action: 'create' }]);
    const { result } = await asking.provision(skipping, { user });
    expect(result).toMatchObject({ state: 'done', appId: (await entry(skipping, user))?.id });
  });

  it('leaves out who takes no part, and deactivates who was in', async () => {
    const guest = await newUser('Gast', { userType: 'Guest' });
    const out = { ok: false, is: 'out', rule: 'users.types', setting: 'members' };
    expect(await asking.dryRun(skipping, { user: guest })).toMatchObject({ scope: out });
    const { action, result } = await asking.provision(skipping, { user: guest });
    expect([action, result]).toMatchObject([{ action: 'none' }, { state: 'done', appId: null }]);
    const leaver = await newUser('Lea Leaver');
    await asking.provision(skipping, { user: leaver });
    await world.tenant.patchUser(leaver, { userType: 'Guest' });
    const left = await asking.provision(skipping, { user: leaver });
    expect(left).toMatchObject({ scope: out, action: { action: 'deactivate' } });
    expect(left.result).toMatchObject({ state: 'done', detail: 'its entry is inactive' });
    expect((await entry(skipping, leaver))?.active).toBe(false);
  });

  it('leaves alone, or adopts, an entry that was there', async () => {
    const user = await newUser('Eva Exists');
    const attributes = { userName: `USER${hired}@contoso.example`, title: 'Countess' };
    const draft = { kind: 'user' as const, externalId: '', active: true, attributes };
    const ids = [];
    for (const of of [skipping, adopting]) {
      const [made] = await application(of).create([draft], 0);
      ids.push(made?.ok ? made.value.id : '');
    }
    const match = { is: 'existing', by: 'userName', appId: ids[0] };
    expect(await asking.dryRun(skipping, { user })).toMatchObject({
      match: { ...match, ok: false },
    });
    const skipped = await asking.provision(skipping, { user });
    expect(skipped.action).toMatchObject({ ok: false, action: 'skip' });
    expect(skipped.result).toMatchObject({ ok: false, state: 'skipped', reason: 'existing' });
    const told = await asking.dryRun(adopting, { user });
    expect(told.match).toMatchObject({ ok: true, is: 'existing', appId: ids[1] });
    expect(told.action).toMatchObject({ action: 'adopt' });
    const adopted = await asking.provision(adopting, { user });
    expect(adopted.result).toMatchObject({ state: 'done', appId: ids[1] });
    expect(await entry(adopting, user)).toMatchObject({
      id: ids[1],
      attributes: { displayName: 'Eva Exists', title: 'Countess' },
    });
  });

  it('shows the fault of a mapping in its place', async () => {
    const user = await newUser('Atlas', { city: 'Atlantis' });
    const { mapping, action, result } = await asking.provision(skipping, { user });
    const fault = { target: 'locale', fault: expect.stringMatching(/^Error: .* \(at 25\)$/) };
    expect(mapping).toMatchObject({ ok: false });
    expect(mapping?.targets).toContainEqual(expect.objectContaining({ ...fault, position: 25 }));
    expect(action).toMatchObject({ ok: false, action: 'wait' });
    expect(result).toMatchObject({ ok: false, state: 'failed', reason: 'unmapped' });
    await world.tenant.patchUser(user, { city: 'Athens' });
    expect((await asking.provision(skipping, { user })).result).toMatchObject({ state: 'done' });
  });

  it('goes by groups as far as the sync knows them', async () => {
    const user = await newUser('Jo Joiner');
    await world.tenant.addMembers(team, [user]);
    const early = await asking.provision(scoped, { user });
    expect(early.scope).toMatchObject({ is: 'out', groupsKnown: false });
    expect(early.result).toMatchObject({ state: 'done', appId: null });
    await scoped.syncNow();
    await world.until(async () => (await entry(scoped, user)) !== undefined);
    const { scope } = await asking.dryRun(scoped, { user });
    expect(scope).toMatchObject({
      is: 'in',
      rule: 'users.groups',
      groups: [{ setting: 'users.groups', id: team, name: 'Team', isMember: true }],
      groupsKnown: true,
    });
  });
});

describe('provisioning a group', () => {
  it('brings it over by itself, and tells of its members', async () => {
    const { id } = await world.tenant.createGroup({ displayName: 'Brand New' });
    await world.tenant.addMembers(id, [await newUser('Mia Member')]);
    const { members, result } = await asking.provision(adopting, { group: 'brand new' });
    expect(members).toMatchObject({ known: 0, inApplication: 0 });
    expect(result).toMatchObject({ state: 'done' });
    expect((await adopting.app.read()).groups.has(id)).toBe(true);
    await adopting.syncNow();
    await world.until(async () => (await adopting.app.read()).memberships.size > 0);
    const after = await asking.dryRun(adopting, { group: id });
    expect(after.members).toMatchObject({ known: 1, inApplication: 1 });
  });

  it('asks for one that is meant, and that is there', async () => {
    const twins = [1, 2].map(() => world.tenant.createGroup({ displayName: 'Twins' }));
    const ids = (await Promise.all(twins)).map(({ id }) => id);
    const ambiguous = await asking.refused(adopting, { group: 'Twins', dryRun: true });
    expect(ambiguous.status).toBe(409);
    for (const id of [...ids, 'object id']) expect(ambiguous.detail).toContain(id);
    for (const body of [{ group: 'Nobody' }, { user: 'nobody@contoso.example' }, { user: team }])
      expect((await asking.refused(adopting, body)).status).toBe(404);
    for (const body of [{}, { user: 'a', group: 'b' }, { user: '' }, { user: 'a', dryRun: 1 }])
      expect((await asking.refused(adopting, body)).status).toBe(400);
  });
});
