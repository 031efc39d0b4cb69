import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHostedDirectory } from '../../lib/app/hosted/hosted-directory.ts';
import { openTables } from '../../lib/azure/tables.ts';
import type { Connected } from './connected.ts';
import { EVERYBODY } from './everybody.ts';
import { fresh } from './fresh.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ users: 10, groups: 2, memberships: 10, empty: true });
});
afterAll(() => world?.stop());

const users = (more: object) => ({
  users: { ...EVERYBODY.users, ...more },
  groups: EVERYBODY.groups,
});
const newUser = async (displayName: string, values: object = {}) =>
  (await world.tenant.createUser({ displayName, ...values })).id;

/** A connection under its own rules, imported; some entries may be in the application before. */
async function connected(
  name: string,
  rules: object,
  before: readonly Readonly<Record<string, string>>[] = [],
): Promise<Connected & { readonly ids: readonly string[] }> {
  const made = await world.another(fresh(name), rules);
  const tables = openTables({ connectionString: world.azure.tableConnectionString });
  const drafts = before.map((attributes) => ({
    kind: 'user' as const,
    externalId: '',
    active: true,
    attributes,
  }));
  const outcomes = await openHostedDirectory(tables, made.connectionId).create(drafts, 0);
  const ids = outcomes.map((outcome) => (outcome.ok ? outcome.value.id : ''));
  await made.switchSync(true);
  await made.runEnded();
  return { ...made, ids };
}

const entry = async (of: Connected, id: string) => (await of.app.read()).users.get(id);
const attributesOf = async (of: Connected, id: string) => (await entry(of, id))?.attributes;
describe('an entry that was there before', () => {
  it('is left alone and recorded, or adopted and merged, or nobody’s where two match', async () => {
    const userPrincipalName = `${fresh('ada')}@contoso.example`;
    const mail = `${fresh('both')}@c.example`;
    const [ada, eve] = [
      await newUser('Ada Lovelace', { userPrincipalName, mail: 'ada@c.example' }),
      await newUser('Eve', { mail }),
    ];
    const before = [
      { userName: userPrincipalName, title: 'Countess' },
      { userName: 'e1', 'emails[type eq "work"].value': mail },
      { userName: 'e2', 'emails[type eq "work"].value': mail.toUpperCase() },
    ];
    const skipping = await connected('skipping', users({}), before);
    expect((await entry(skipping, `app ${skipping.ids[0]}`))?.attributes.title).toBe('Countess');
    expect(await world.admin.failures(skipping.connectionId, '?reason=existing')).toMatchObject([
      { id: ada, reason: 'existing' },
    ]);
    expect((await skipping.status()).failures).toBe(0);

    const matching = ['userName', 'emails[type eq "work"].value'];
    const adopting = await connected('adopting', users({ existing: 'adopt', matching }), before);
    expect(await entry(adopting, ada)).toMatchObject({
      id: adopting.ids[0],
      attributes: { displayName: 'Ada Lovelace', title: 'Countess' },
    });
    const [failure] = await world.admin.failures(adopting.connectionId);
    expect(failure).toMatchObject({ id: eve, reason: 'ambiguous' });
    for (const id of adopting.ids.slice(1)) expect(failure?.detail).toContain(id);
  });

  it('is made anew when it was deleted in the application', async () => {
    const user = await newUser('Phoenix');
    const made = await connected('anew', users({}));
    const first = await entry(made, user);
    const tables = openTables({ connectionString: world.azure.tableConnectionString });
    await openHostedDirectory(tables, made.connectionId).remove('user', [first?.id ?? ''], 0);
    await world.tenant.patchUser(user, { jobTitle: 'Bird' });
    await made.syncNow();
    const failed = async () => (await made.status()).failures === 1;
    await world.until(failed);
    await world.admin.retry(made.connectionId, user);
    await world.until(async () => (await attributesOf(made, user))?.title === 'Bird');
    expect((await entry(made, user))?.id).not.toBe(first?.id);
  });
});

describe('rules', () => {
  it('by domain and by type: a change moves users in and out', async () => {
    const rules = users({ types: 'members', domains: ['contoso.example', '*.contoso.example'] });
    const made = await connected('domains', rules);
    const user = await newUser('Nomad', {
      userPrincipalName: `${fresh('nomad')}@sub.contoso.example`,
    });
    await made.syncNow();
    expect((await entry(made, user))?.active).toBe(true);
    await world.tenant.patchUser(user, { userType: 'Guest' });
    await made.syncNow();
    expect((await entry(made, user))?.active).toBe(false);
    await world.tenant.patchUser(user, { userType: 'Member' });
    await made.syncNow();
    expect((await entry(made, user))?.active).toBe(true);
  });

  it('of mappings: constants, expressions, defaults, at creation only; faults are the user’s', async () => {
    const department = { expression: 'Item(Split([department], ">"), 2)', default: 'none' };
    const mappings = [
      { type: 'constant', target: 'userType', value: 'Employee' },
      { type: 'expression', target: 'title', expression: 'ToUpper([jobTitle])' },
      { type: 'expression', target: 'nickName', ...department },
      { type: 'direct', target: 'preferredLanguage', source: 'usagelocation', apply: 'creation' },
      {
        type: 'expression',
        target: 'timezone',
        expression: 'CStr(DateDiff("d", [city], "2026-01-01"))',
      },
      { type: 'none', target: 'phoneNumbers[type eq "mobile"].value' },
    ];
    const made = await connected('mapped', users({ mappings }));
    const path = { department: 'Works>Engines', jobTitle: 'analyst', usageLocation: 'GB' };
    const user = await newUser('Mapped', { ...path, city: '2025-12-31', mobilePhone: '+44 1' });
    const flat = await newUser('Flat', { department: 'Works', city: '2025-12-31' });
    const faulty = await newUser('Faulty', { city: 'no date' });
    await made.syncNow();
    const attributes = await attributesOf(made, user);
    expect(attributes).toMatchObject({
      userType: 'Employee',
      title: 'ANALYST',
      nickName: 'Engines',
      preferredLanguage: 'GB',
      timezone: '1',
    });
    expect(Object.keys(attributes ?? {})).not.toContain('phoneNumbers[type eq "mobile"].value');
    expect((await attributesOf(made, flat))?.nickName).toBe('none');
    expect(await entry(made, faulty)).toBeUndefined();
    const failures = await world.admin.failures(made.connectionId, '?reason=unmapped');
    expect(failures.map(({ id }) => id)).toContain(faulty);
    await world.tenant.patchUser(user, { usageLocation: 'FR', jobTitle: 'chief' });
    await world.tenant.patchUser(faulty, { city: '2025-12-30' });
    await made.syncNow();
    expect(await attributesOf(made, user)).toMatchObject({
      title: 'CHIEF',
      preferredLanguage: 'GB',
    });
    expect((await attributesOf(made, faulty))?.timezone).toBe('2');
  });

  it('that are new are answered from what was seen, or by a full read', async () => {
    const made = await connected('renewed', users({}));
    const [user, deleted] = [
      await newUser('Renewed', { jobTitle: 'x', faxNumber: '42' }),
      await newUser('Kept'),
    ];
    await made.syncNow();
    await world.tenant.resetStats();
    const constant = { type: 'constant', target: 'nickName', value: 'Nick' };
    expect((await made.changeRules(users({ mappings: [constant] }))).status).toBe(200);
    await world.until(async () => (await attributesOf(made, user))?.nickName === 'Nick');
    expect((await world.tenant.stats()).requests).toBe(0);

    const fax = {
      type: 'direct',
      target: 'phoneNumbers[type eq "fax"].value',
      source: 'faxNumber',
    };
    await made.changeRules(users({ mappings: [fax], softDeleted: 'keep', unmapped: 'keep' }));
    await world.until(async () => (await attributesOf(made, user))?.[fax.target] === '42');
    expect((await attributesOf(made, user))?.nickName).toBe('Nick');
    await world.until(async () => (await made.status()).currentRun === null);
    await world.tenant.deleteUser(deleted);
    await made.syncNow();
    expect((await entry(made, deleted))?.active).toBe(true);
  });

  it('that cannot be are refused, with the setting and the reason', async () => {
    const made = await world.another(fresh('refused'), users({}));
    const mapping = (more: object) => users({ mappings: [{ target: 'title', ...more }] });
    const refused: readonly (readonly [rules: object, words: RegExp])[] = [
      [
        users({ scope: 'chosen', groups: ['Nobody'] }),
        /rules\.users\.groups\.0: nothing in the tenant/,
      ],
      [
        mapping({ type: 'expression', expression: 'Upper([a])' }),
        /rules\.users\.mappings\.0\.expression: .*Upper.*at 0/,
      ],
      [
        mapping({ type: 'direct', source: 'aboutMe' }),
        /rules\.users\.mappings\.0\.source: .*track/,
      ],
      [mapping({ type: 'direct', source: 'jobTitel' }), /jobTitle/],
      [users({ aliases: '%nickname%' }), /rules\.users\.aliases/],
      [users({ types: 'all' }), /rules\.users\.types: .*members.*guests.*both/],
      [users({ graceDays: -1 }), /rules\.users\.graceDays/],
      [{ users: { unknown: 1 } }, /unknown/],
    ];
    for (const [rules, words] of refused) {
      const { status, body } = await made.changeRules(rules);
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { detail: expect.stringMatching(words) },
      });
    }
  });
});

describe('aliases', () => {
  it('come in Tandem’s own extension, and belong to one', async () => {
    const aliases = '%givenName%.%surname%;%onPremisesSamAccountName%';
    const made = await connected('aliased', users({ aliases, missingNames: 'display-name' }));
    const user = await newUser('Jean Luc', { givenName: 'Jean Luc', surname: 'Picard' });
    await made.syncNow();
    const extension = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';
    expect(await attributesOf(made, user)).toMatchObject({
      [`${extension}:aliases`]: ['Jean Luc.Picard', 'JeanLucPicard'],
      [`${extension}:tag`]: 'AD synced',
      [`${extension}:signInMethod`]: 'entra',
    });
    const twin = await newUser('Twin', { givenName: 'Jean Luc', surname: 'Picard' });
    await made.syncNow();
    expect(await entry(made, twin)).toBeUndefined();
    expect(await world.admin.failures(made.connectionId)).toMatchObject([
      { id: twin, reason: 'refused' },
    ]);
  });
});
