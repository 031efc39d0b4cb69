import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  EntraDraft,
  EntraMember,
  EntraOutcome,
  EntraWrites,
} from '../../lib/ports/entra-writes.ts';
import type { Properties } from '../../lib/sync/entry.ts';
import { idsOf, startWrittenTenant, type WrittenTenant } from './entra-writes-tenant.ts';

const DOMAIN = 'haldenworks.example';
const nobody = '99999999-0000-4000-8000-000000000000';

let tenant: WrittenTenant;
let writes: EntraWrites;
let number = 0;

beforeEach(async () => {
  tenant = await startWrittenTenant();
  writes = tenant.open();
});
afterEach(async () => {
  const parts = tenant.batches.flat();
  // Without `/$ref` Graph would delete the member itself.
  for (const { method, url } of parts)
    if (method === 'DELETE' && url.includes('/members'))
      expect(url).toMatch(/^\/groups\/[\w-]{36}\/members\/[\w-]{36}\/\$ref$/);
  const named = parts.flatMap(({ body = {} }) => [
    ...((body['members@odata.bind'] as string[] | undefined) ?? []),
    ...[(body['@odata.id'] as string | undefined) ?? []].flat(),
  ]);
  for (const address of named)
    expect(address.startsWith(`${tenant.baseUrl}/v1.0/directoryObjects/`)).toBe(true);
  await tenant.close();
});

function person(properties: Properties = {}): EntraDraft {
  number += 1;
  return {
    kind: 'user',
    properties: {
      accountEnabled: true,
      displayName: 'Ada Quill',
      mailNickname: `quill${number}`,
      userPrincipalName: `quill${number}@${DOMAIN}`,
      passwordProfile: { password: 'nearly-random-91', forceChangePasswordNextSignIn: true },
      ...properties,
    },
  };
}

function crew(members: readonly string[] = []) {
  number += 1;
  const properties = {
    displayName: 'Crew',
    mailEnabled: false,
    mailNickname: `crew${number}`,
    securityEnabled: true,
  };
  return { kind: 'group' as const, properties, members };
}

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
const pairsOf = (groupId: string, members: readonly string[]): EntraMember[] =>
  members.map((memberId) => ({ groupId, memberId }));
const reasons = (outcomes: readonly EntraOutcome[]) =>
  outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));
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
    expect(reasons(outcomes)).toEqual(['ok', 'taken', 'refused', 'refused', 'refused', 'ok']);
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
    expect(reasons(await writes.update(changes, 'high'))).toEqual([
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
      expect(reasons(await writes.remove('user', [id], 'high'))).toEqual(['read-only']);
      const manager = [{ userId: id, managerId: id }];
      expect(reasons(await writes.setManagers(manager, 'high'))).toEqual(['read-only']);
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
    expect(reasons(await writes.update([change], 'high'))).toEqual(['read-only']);
  });

  it('says no more than Graph where it cannot be read why', async () => {
    const id = await groupOf({ groupKind: 'distribution' });
    const change = { kind: 'group', id, properties: { description: 'x' } } as const;
    await tenant.control('POST faults', { kind: 'unavailable', route: 'GET /groups' });
    expect(reasons(await writes.update([change], 'high'))).toEqual(['refused']);
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

describe('managers', () => {
  it('are set and taken away, also where there is none', async () => {
    const [user = '', chief = ''] = await people(2);
    expect(idsOf(await writes.setManagers([{ userId: user, managerId: chief }], 'high'))).toEqual([
      user,
    ]);
    expect(await tenant.managerOf(user)).toBe(chief);
    for (let time = 0; time < 2; time += 1)
      expect(
        reasons(await writes.setManagers([{ userId: user, managerId: null }], 'high')),
      ).toEqual(['ok']);
    expect(await tenant.managerOf(user)).toBeNull();
  });

  it('are missing after some tries, and only those are tried', async () => {
    const [user = '', other = '', chief = ''] = await people(3);
    const pairs = [
      { userId: user, managerId: nobody },
      { userId: other, managerId: chief },
    ];
    expect(reasons(await writes.setManagers(pairs, 'high'))).toEqual(['missing', 'ok']);
    expect(sizes()).toEqual([2, 1, 1]);
    expect(tenant.pauses).toEqual([2_000, 5_000]);
  });

  it('are waited for where a replica does not know them yet', async () => {
    const [user = ''] = await people(1);
    await tenant.control('POST faults', { kind: 'lag', creations: true, reads: true, seconds: 6 });
    const [chief = ''] = idsOf(await writes.create([person()], 'high'));
    await tenant.reset();
    const pair = { userId: user, managerId: chief };
    expect(reasons(await writes.setManagers([pair], 'high'))).toEqual(['ok']);
    expect(tenant.pauses).toEqual([2_000, 5_000]);
  });
});

describe('adding members', () => {
  it('takes one request for 20, and one batch for several groups', async () => {
    const members = await people(30);
    const groups = idsOf(await writes.create([crew(), crew()], 'high'));
    const [first = '', second = ''] = groups;
    await tenant.reset();
    const pairs = [...pairsOf(first, members), ...pairsOf(second, members.slice(0, 5))];
    expect(idsOf(await writes.addMembers(pairs, 'high'))).toEqual([
      ...members,
      ...members.slice(0, 5),
    ]);
    expect(
      tenant.batches.map((parts) => parts.map(({ method, url }) => `${method} ${url}`)),
    ).toEqual([[`PATCH /groups/${first}`, `PATCH /groups/${first}`, `PATCH /groups/${second}`]]);
    expect(await shown('stats')).toMatchObject({ writes: 3 });
    expect(tenant.counted()).toBe(3);
    expect(await tenant.membersOf(first)).toEqual(new Set(members));
  });

  it('takes 2 requests in 1 batch for 30 members', async () => {
    const members = await people(30);
    const [group = ''] = idsOf(await writes.create([crew()], 'high'));
    await tenant.reset();
    await writes.addMembers(pairsOf(group, members), 'high');
    expect(sizes()).toEqual([2]);
    expect(await shown('stats')).toMatchObject({ requests: 1, batchItems: 2, writes: 2 });
  });

  it('takes one who is there for added, and each once', async () => {
    const members = await people(16);
    const [group = ''] = idsOf(await writes.create([crew(members.slice(7, 8))], 'high'));
    await tenant.reset();
    const again = members[3]?.toUpperCase() ?? '';
    const pairs = pairsOf(group, [...members, again]);
    expect(idsOf(await writes.addMembers(pairs, 'high'))).toEqual([...members, again]);
    expect(await tenant.membersOf(group)).toEqual(new Set(members));
    // The halves of 16, then of the one half that is refused, down to who stands alone.
    expect(sizes()).toEqual([1, 2, 2, 2, 2]);
  });

  it('keeps the others where one is missing or cannot be a member', async () => {
    const members = await people(17);
    const unified = await groupOf({ groupKind: 'microsoft365' });
    const [group = ''] = idsOf(await writes.create([crew()], 'high'));
    await tenant.reset();
    const asked = [...members, nobody, unified, 'no-id'];
    expect(reasons(await writes.addMembers(pairsOf(group, asked), 'high'))).toEqual([
      ...members.map(() => 'ok'),
      'missing',
      'refused',
      'refused',
    ]);
    expect(await tenant.membersOf(group)).toEqual(new Set(members));
  });

  it('asks no further where the group itself is gone', async () => {
    const members = await people(20);
    const outcomes = await writes.addMembers(pairsOf(nobody, members), 'high');
    expect(new Set(reasons(outcomes))).toEqual(new Set(['missing']));
    expect(tenant.counted()).toBe(3);
    expect(tenant.pauses).toEqual([2_000, 5_000]);
  });

  it('waits until a replica knows the group', async () => {
    const members = await people(20);
    await tenant.control('POST faults', { kind: 'lag', creations: true, reads: true, seconds: 6 });
    const [group = ''] = idsOf(await writes.create([crew()], 'high'));
    await tenant.reset();
    idsOf(await writes.addMembers(pairsOf(group, members), 'high'));
    expect(tenant.pauses).toEqual([2_000, 5_000]);
    expect(tenant.counted()).toBe(3);
  });

  it.each([
    ['dynamicSecurity', { dynamicGroupStatus: 400 }],
    ['dynamicMicrosoft365', { dynamicGroupStatus: 403 }],
    ['distribution', { mailEnabledGroupStatus: 400 }],
    ['mailEnabledSecurity', { mailEnabledGroupStatus: 403 }],
  ])('leaves groups alone whose members cannot be set: %s, %o', async (groupKind, openPoints) => {
    await tenant.control('PATCH open-points', openPoints);
    const members = await people(5);
    const id = await groupOf({ groupKind });
    await tenant.reset();
    const outcomes = await writes.addMembers(pairsOf(id, members), 'high');
    expect(new Set(reasons(outcomes))).toEqual(new Set(['read-only']));
    expect(tenant.counted()).toBe(1);
  });
});

describe('removing members', () => {
  it.each([404, 400])(
    'removes the membership, and takes who is none for removed: %d',
    async (status) => {
      await tenant.control('PATCH open-points', { nonMemberStatus: status });
      const members = await people(3);
      const [first = ''] = members;
      const [group = ''] = idsOf(await writes.create([crew(members)], 'high'));
      await tenant.reset();
      for (let time = 0; time < 2; time += 1) {
        const pairs = pairsOf(group, [first, nobody]);
        expect(idsOf(await writes.removeMembers(pairs, 'high'))).toEqual([first, nobody]);
      }
      expect(await tenant.membersOf(group)).toEqual(new Set(members.slice(1)));
      expect(await shown(`users/${first}`)).not.toMatchObject({
        deletedDateTime: expect.any(String),
      });
    },
  );

  it('leaves groups alone whose members follow from a rule', async () => {
    const [member = ''] = await people(1);
    const id = await groupOf({ groupKind: 'dynamicSecurity' });
    expect(reasons(await writes.removeMembers(pairsOf(id, [member]), 'high'))).toEqual([
      'read-only',
    ]);
  });
});

describe('finding', () => {
  it.each([
    ['userPrincipalName', `o'neil.${'x'}@${DOMAIN}`],
    ['mailNickname', "o'neil"],
    ['onPremisesExtensionAttributes/extensionAttribute15', "tandem:a b&c=d+e%#'"],
    ['employeeId', '0042'],
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
