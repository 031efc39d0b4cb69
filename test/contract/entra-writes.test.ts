import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntraWrites } from '../../lib/ports/entra-writes.ts';
import { crew, DOMAIN, nobody, person, reasonsOf } from './entra-write-drafts.ts';
import { idsOf, startWrittenTenant, type WrittenTenant } from './entra-writes-tenant.ts';

let tenant: WrittenTenant;
let writes: EntraWrites;

beforeEach(async () => {
  tenant = await startWrittenTenant();
  writes = tenant.open();
});
afterEach(() => tenant.close());

const people = async (count: number): Promise<string[]> => {
  const ids = idsOf(
    await writes.create(
      Array.from({ length: count }, () => person()),
      'high',
    ),
  );
  await tenant.reset();
  return ids;
};

/** A group of a kind that an administrator made. */
const groupOf = async (values: object): Promise<string> => {
  const { id } = (await tenant.control('POST groups', values)) as { id: string };
  return id;
};

const shown = async (route: string) =>
  (await tenant.control(`GET ${route}`)) as Record<string, unknown>;
const sizes = () => tenant.batches.map(({ length }) => length);

describe('creating', () => {
  it('makes users 20 a request, and gives their ids back in order', async () => {
    const drafts = Array.from({ length: 25 }, () => person());
    const ids = idsOf(await writes.create(drafts, 'high'));
    expect(sizes()).toEqual([20, 5]);
    expect(tenant.counted()).toBe(25);
    for (const [place, id] of ids.entries()) {
      const { userPrincipalName } = drafts[place]?.properties ?? {};
      expect(await shown(`users/${id}`)).toMatchObject({ userPrincipalName });
    }
    const [part] = tenant.batches[0] ?? [];
    expect(part?.headers).toEqual({
      'Content-Type': 'application/json',
      'x-ms-throttle-priority': 'High',
    });
  });

  it('makes groups with their first members', async () => {
    const members = await people(3);
    const [group = ''] = idsOf(await writes.create([crew(members)], 'low'));
    expect(await tenant.membersOf(group)).toEqual(new Set(members));
    expect(tenant.batches[0]?.[0]?.headers).toMatchObject({ 'x-ms-throttle-priority': 'Low' });
  });

  it('says what each is refused for, and makes the others', async () => {
    const [taken = ''] = await people(1);
    const { userPrincipalName } = (await shown(`users/${taken}`)) as Record<string, string>;
    const outcomes = await writes.create(
      [
        person(),
        person({ userPrincipalName: userPrincipalName ?? '' }),
        person({ userPrincipalName: 'a@elsewhere.example' }),
        crew(['../users']),
        crew(Array.from({ length: 21 }, () => nobody)),
        person(),
      ],
      'high',
    );
    expect(reasonsOf(outcomes)).toEqual(['ok', 'taken', 'refused', 'refused', 'refused', 'ok']);
    expect(outcomes[1]).toMatchObject({ target: 'userPrincipalName' });
    expect(JSON.stringify(outcomes)).not.toContain('@');
    expect(sizes()).toEqual([4]);
  });
});

describe('changing and removing', () => {
  it('changes and clears', async () => {
    const [id = ''] = await people(1);
    const change = { kind: 'user', id, properties: { jobTitle: 'Surveyor', city: null } } as const;
    expect(await writes.update([change], 'high')).toEqual([{ ok: true, id }]);
    expect(await shown(`users/${id}`)).toMatchObject({ jobTitle: 'Surveyor' });
  });

  it('removes, and takes what is gone for removed', async () => {
    const [id = ''] = await people(1);
    for (const ids of [[id, nobody], [id]])
      expect(idsOf(await writes.remove('user', ids, 'high'))).toEqual(ids);
    expect(await shown(`users/${id}`)).toMatchObject({ deletedDateTime: expect.any(String) });
  });

  it('tells who is not there, and sends no impossible id', async () => {
    const changes = [nobody, 'me', '../groups'].map((id) => ({
      kind: 'user' as const,
      id,
      properties: { city: 'Zug' },
    }));
    expect(reasonsOf(await writes.update(changes, 'high'))).toEqual([
      'missing',
      'refused',
      'refused',
    ]);
    expect(tenant.batches.map((parts) => parts.map(({ url }) => url))).toEqual([
      [`/users/${nobody}`],
    ]);
  });

  it.each([['users synced from on-premises', { onPremisesSyncEnabled: true }]])(
    'leaves %s alone',
    async (_, values) => {
      const [id = ''] = await people(1);
      await tenant.control(`PATCH users/${id}`, values);
      const change = { kind: 'user', id, properties: { city: 'Zug' } } as const;
      const [outcome] = await writes.update([change], 'high');
      expect(outcome).toMatchObject({
        reason: 'read-only',
        detail: 'it is synced from on-premises',
      });
      expect(reasonsOf(await writes.remove('user', [id], 'high'))).toEqual(['read-only']);
      const manager = [{ userId: id, managerId: id }];
      expect(reasonsOf(await writes.setManagers(manager, 'high'))).toEqual(['read-only']);
    },
  );

  it('says what it takes to write administrators', async () => {
    const [id = ''] = await people(1);
    await tenant.control(`PATCH users/${id}`, { administrator: true });
    const change = { kind: 'user', id, properties: { accountEnabled: false } } as const;
    const [outcome] = await writes.update([change], 'high');
    expect(outcome).toMatchObject({
      reason: 'denied',
      detail: expect.stringMatching(/directory role/),
    });
  });

  it.each([
    ['mailEnabledSecurity', 400],
    ['distribution', 403],
  ])('leaves mail-enabled groups alone: %s, %d', async (groupKind, mailEnabledGroupStatus) => {
    await tenant.control('PATCH open-points', { mailEnabledGroupStatus });
    const id = await groupOf({ groupKind });
    const change = { kind: 'group', id, properties: { description: 'x' } } as const;
    expect(reasonsOf(await writes.update([change], 'high'))).toEqual(['read-only']);
  });

  it('says no more than Graph where it cannot be read why', async () => {
    const id = await groupOf({ groupKind: 'distribution' });
    const change = { kind: 'group', id, properties: { description: 'x' } } as const;
    await tenant.control('POST faults', { kind: 'unavailable', route: 'GET /groups' });
    expect(reasonsOf(await writes.update([change], 'high'))).toEqual(['refused']);
  });

  it('says what it takes to write groups for roles', async () => {
    const id = await groupOf({ isAssignableToRole: true });
    const change = { kind: 'group', id, properties: { description: 'x' } } as const;
    const [outcome] = await writes.update([change], 'high');
    expect(outcome).toMatchObject({
      reason: 'read-only',
      detail: expect.stringContaining('RoleManagement.ReadWrite.Directory'),
    });
  });
});

describe('finding', () => {
  it.each([
    ['userPrincipalName', `o'neil.${'x'}@${DOMAIN}`],
    ['mailNickname', "o'neil"],
    ['onPremisesExtensionAttributes/extensionAttribute15', "tandem:a b&c=d+e%#'"],
    ['employeeId', '0042'],
    ['companyName', 'Nobody but Ada'],
    ['employeeType', 'Journeyman'],
    ['mobilePhone', '+41 44 000 00 00'],
    ['officeLocation', 'Attic'],
    ['onPremisesImmutableId', 'aW1tdXRhYmxl'],
    ['postalCode', '8000'],
    ['preferredLanguage', 'rm-CH'],
    ['streetAddress', '1, Mill Lane'],
  ])('finds by %s, also what means something in a filter', async (property, value) => {
    const [name = '', part] = property.split('/');
    const draft = person({ [name]: part === undefined ? value : { [part]: value } });
    const [id = ''] = idsOf(await writes.create([draft], 'high'));
    const found = await writes.findBy('user', property, [value, 'other', '', 'a\u0000b']);
    expect(Object.fromEntries(found)).toEqual({
      [value]: [{ id }],
      other: [],
      '': [],
      'a\u0000b': [],
    });
  });

  it('asks 20 a request', async () => {
    const ids = await people(21);
    const names = await Promise.all(
      ids.map(async (id) => String((await shown(`users/${id}`)).userPrincipalName)),
    );
    await tenant.reset();
    const found = await writes.findBy('user', 'userPrincipalName', names);
    expect([...found.values()]).toEqual(ids.map((id) => [{ id }]));
    expect(sizes()).toEqual([20, 1]);
    expect(tenant.counted()).toBe(0);
  });

  it('goes through empty pages, as advanced as the first', async () => {
    const marker = { onPremisesExtensionAttributes: { extensionAttribute15: 'mine' } };
    const [id = ''] = idsOf(await writes.create([person(marker)], 'high'));
    await tenant.control('POST faults', { kind: 'emptyPages', count: 1 });
    const property = 'onPremisesExtensionAttributes/extensionAttribute15';
    expect(await writes.findBy('user', property, ['mine'])).toEqual(new Map([['mine', [{ id }]]]));
  });

  it('takes no property that is none', async () => {
    const failure = { code: 'bad-configuration' };
    await expect(writes.findBy('user', "x eq 'y' or z", ['1'])).rejects.toMatchObject(failure);
  });
});
