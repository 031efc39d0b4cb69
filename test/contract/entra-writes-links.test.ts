import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntraWrites } from '../../lib/ports/entra-writes.ts';
import { crew, nobody, pairsOf, person, reasonsOf } from './entra-write-drafts.ts';
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

describe('managers', () => {
  it('are set and taken away, also where there is none', async () => {
    const [user = '', chief = ''] = await people(2);
    expect(idsOf(await writes.setManagers([{ userId: user, managerId: chief }], 'high'))).toEqual([
      user,
    ]);
    expect(await tenant.managerOf(user)).toBe(chief);
    for (let time = 0; time < 2; time += 1)
      expect(
        reasonsOf(await writes.setManagers([{ userId: user, managerId: null }], 'high')),
      ).toEqual(['ok']);
    expect(await tenant.managerOf(user)).toBeNull();
  });

  it('are missing after some tries, and only those are tried', async () => {
    const [user = '', other = '', chief = ''] = await people(3);
    const pairs = [
      { userId: user, managerId: nobody },
      { userId: other, managerId: chief },
    ];
    expect(reasonsOf(await writes.setManagers(pairs, 'high'))).toEqual(['missing', 'ok']);
    expect(sizes()).toEqual([2, 1, 1]);
    expect(tenant.pauses).toEqual([2_000, 5_000]);
  });

  it('are waited for where a replica does not know them yet', async () => {
    const [user = ''] = await people(1);
    await tenant.control('POST faults', { kind: 'lag', creations: true, reads: true, seconds: 6 });
    const [chief = ''] = idsOf(await writes.create([person()], 'high'));
    await tenant.reset();
    const pair = { userId: user, managerId: chief };
    expect(reasonsOf(await writes.setManagers([pair], 'high'))).toEqual(['ok']);
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
    expect(reasonsOf(await writes.addMembers(pairsOf(group, asked), 'high'))).toEqual([
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
    expect(new Set(reasonsOf(outcomes))).toEqual(new Set(['missing']));
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
    expect(new Set(reasonsOf(outcomes))).toEqual(new Set(['read-only']));
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
    expect(reasonsOf(await writes.removeMembers(pairsOf(id, [member]), 'high'))).toEqual([
      'read-only',
    ]);
  });
});
