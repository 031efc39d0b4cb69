import { describe, expect, it } from 'vitest';
import type { MemberPair } from '../../lib/ports/application.ts';
import type { Entry } from '../../lib/sync/entry.ts';
import {
  change,
  type Fixture,
  groupDraft,
  reasons,
  successOf,
  userDraft,
} from './entry-store-fixture.ts';

/** Memberships and managers. */
export function describeTies(fixture: Fixture): void {
  describe('memberships', () => {
    const pair = (group: Entry, member: Entry): MemberPair => ({
      groupId: group.id,
      memberId: member.id,
      memberKind: member.kind,
    });
    const of = async (...groups: readonly Entry[]) => {
      const all = await fixture.test.memberships();
      return all.filter((text) => groups.some((group) => text.startsWith(group.id)));
    };

    it('are added and removed, repeats included', async () => {
      const users = await fixture.create(
        Array.from({ length: 60 }, (_, n) => userDraft(`m${n}@x.example`)),
      );
      const group = await fixture.one(groupDraft('Members'));
      const pairs = users.map((user) => pair(group, user));
      const [first] = pairs;
      if (!first) throw new Error('there are pairs');
      await fixture.test.store.addMembers([...pairs, first]);
      await fixture.test.store.addMembers(pairs);
      expect(await of(group)).toHaveLength(60);
      await fixture.test.store.removeMembers([first, first]);
      await fixture.test.store.removeMembers(pairs.slice(0, 55));
      await fixture.test.store.removeMembers(pairs.slice(0, 55));
      expect(await of(group)).toHaveLength(5);
    });

    it('go with either end', async () => {
      const [user, stays] = await fixture.create([
        userDraft('end1@x.example'),
        userDraft('end2@x.example'),
      ]);
      const [outer, inner] = await fixture.create([groupDraft('Outer'), groupDraft('Inner')]);
      if (!user || !stays || !outer || !inner) throw new Error('four were made');
      const pairs = [pair(outer, user), pair(outer, stays), pair(outer, inner), pair(inner, user)];
      await fixture.test.store.addMembers(pairs);
      await fixture.test.store.remove('user', [user.id], 0);
      expect(await of(outer, inner)).toHaveLength(2);
      await fixture.test.store.remove('group', [inner.id], 0);
      expect(await of(outer, inner)).toEqual([`${outer.id}>${stays.id}`]);
      await fixture.test.store.remove('group', [outer.id], 0);
      expect(await of(outer, inner)).toEqual([]);
    });
  });

  it('of an entry that is gone are taken away, those of one that is there stay', async () => {
    const [gone, stays] = await fixture.create([
      userDraft('late1@x.example'),
      userDraft('late2@x.example'),
    ]);
    const [group, other] = await fixture.create([groupDraft('Late'), groupDraft('Gone')]);
    if (!gone || !stays || !group || !other) throw new Error('four were made');
    const of = (held: Entry, member: Entry): MemberPair => ({
      groupId: held.id,
      memberId: member.id,
      memberKind: member.kind,
    });
    const { store } = fixture.test;
    await store.remove('user', [gone.id], 0);
    await store.remove('group', [other.id], 0);
    await store.addMembers([of(group, gone), of(group, stays), of(other, stays)]);
    await store.dropMemberships('user', [gone.id, stays.id, 'nobody']);
    await store.dropMemberships('group', [group.id, other.id]);
    const left = async () => {
      const all = await fixture.test.memberships();
      return all.filter((text) => [group, other].some(({ id }) => text.startsWith(id)));
    };
    expect(await left()).toEqual([`${group.id}>${stays.id}`]);
    await store.addMembers([of(group, gone), of(other, stays)]);
    await store.remove('user', [gone.id], 0);
    await store.remove('group', [other.id], 0);
    expect(await left()).toEqual([`${group.id}>${stays.id}`]);
  });

  describe('managers', () => {
    it('are set and taken away; a user that is gone is left out', async () => {
      const [boss, ...team] = await fixture.create(
        Array.from({ length: 4 }, (_, n) => userDraft(`team${n}@x.example`)),
      );
      const [a, b, gone] = team;
      if (!boss || !a || !b || !gone) throw new Error('four were made');
      await fixture.test.store.remove('user', [gone.id], 0);
      const managerId = boss.id;
      const managersOf = async () =>
        (await fixture.test.entries('user'))
          .filter((entry) => [a.id, b.id].includes(entry.id))
          .map((entry) => entry.managerId);
      await fixture.test.store.setManagers(
        [a, gone, b].map(({ id }) => ({ userId: id, managerId })),
      );
      expect(await managersOf()).toEqual([managerId, managerId]);
      await fixture.test.store.setManagers([
        { userId: a.id, managerId: null },
        { userId: b.id, managerId: null },
      ]);
      expect(await managersOf()).toEqual([undefined, undefined]);
    });

    it('outlive an update, and change the version', async () => {
      const [boss, user] = await fixture.create([
        userDraft('boss@x.example'),
        userDraft('u@x.example'),
      ]);
      if (!boss || !user) throw new Error('two were made');
      await fixture.test.store.setManagers([{ userId: user.id, managerId: boss.id }]);
      expect(reasons(await fixture.test.store.update([change(user, { title: 't' })]))).toEqual([
        'changed',
      ]);
      const now = await fixture.reread(user);
      if (!now) throw new Error('it is there');
      successOf((await fixture.test.store.update([change(now, { title: 't' })]))[0]);
      const found = (await fixture.test.entries('user')).find((entry) => entry.id === user.id);
      expect(found).toMatchObject({ managerId: boss.id, attributes: { title: 't' } });
    });
  });
}
