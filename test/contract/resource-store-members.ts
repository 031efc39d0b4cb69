import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../lib/ports/resources.ts';
import { all, type Directory, idsIn, newGroup, newUser } from './resource-store-fixture.ts';

/** Who is a member of what. */
export function describeMembers(directory: () => Directory): void {
  const users = async (count: number) => {
    const made = [];
    for (let n = 0; n < count; n += 1) made.push((await newUser(directory())).id);
    return made.toSorted();
  };

  describe('members', () => {
    it('come with a group, and are known by their kind', async () => {
      const { store } = directory();
      const [user = ''] = await users(1);
      const inner = await newGroup(directory());
      const group = await newGroup(directory(), [user, inner.id, randomUUID(), 'x/y', user]);
      const members = await all(store.members(group.id));
      expect(members).toHaveLength(2);
      expect(members).toEqual(
        expect.arrayContaining([
          { id: user, kind: 'user' },
          { id: inner.id, kind: 'group' },
        ]),
      );
      expect((await store.read('group', [group.id])).get(group.id)).toEqual(group);
      expect(await all(store.groupsOf(user))).toEqual([group.id]);
      expect(await all(store.groupsOf(inner.id))).toEqual([group.id]);
      const asked = [user, randomUUID(), "'", group.id];
      expect([...(await store.membersAmong(group.id, asked))]).toEqual([user]);
      expect([...(await store.membersAmong('x/y', asked))]).toEqual([]);
    });

    const cases: [what: string, changes: MemberChange[], then: string[], isTouched: boolean][] = [
      ['nothing', [], ['a', 'b'], false],
      ['adding', [{ op: 'add', ids: ['c'] }], ['a', 'b', 'c'], true],
      ['adding who is there', [{ op: 'add', ids: ['a', 'b'] }], ['a', 'b'], false],
      ['adding nobody', [{ op: 'add', ids: ['nobody'] }], ['a', 'b'], false],
      ['removing', [{ op: 'remove', ids: ['a'] }], ['b'], true],
      ['removing who is not there', [{ op: 'remove', ids: ['c', 'nobody'] }], ['a', 'b'], false],
      ['replacing', [{ op: 'replace', ids: ['b', 'c'] }], ['b', 'c'], true],
      ['replacing by the same', [{ op: 'replace', ids: ['b', 'a'] }], ['a', 'b'], false],
      ['replacing by none', [{ op: 'replace', ids: [] }], [], true],
      [
        'one after the other',
        [
          { op: 'add', ids: ['c'] },
          { op: 'remove', ids: ['c', 'b'] },
        ],
        ['a'],
        true,
      ],
      [
        'replacing what was added',
        [
          { op: 'add', ids: ['c'] },
          { op: 'replace', ids: ['a'] },
          { op: 'add', ids: ['b'] },
          { op: 'remove', ids: ['a'] },
        ],
        ['b'],
        true,
      ],
    ];

    it.each(cases)('%s, and again', async (_, changes, then, isTouched) => {
      const { store, other } = directory();
      const [a = '', b = '', c = ''] = await users(3);
      const ids: Record<string, string> = { a, b, c, nobody: randomUUID() };
      const idOf = (name: string) => ids[name] ?? '';
      const group = await newGroup(directory(), [a, b]);
      const real = changes.map((one) => ({ ...one, ids: one.ids.map(idOf) }));
      const after = await store.changeMembers(group.id, real, 'app');
      expect(await idsIn(directory(), group.id)).toEqual(then.map(idOf).toSorted());
      expect(after?.version === group.version).toBe(!isTouched);
      expect(after).toMatchObject({ id: group.id, resource: group.resource });
      expect((await store.read('group', [group.id])).get(group.id)).toEqual(after);
      await other.changeMembers(group.id, real, 'app');
      expect(await idsIn(directory(), group.id)).toEqual(then.map(idOf).toSorted());
    });

    it('of a group that is not there are nobody', async () => {
      const { store } = directory();
      const [user = ''] = await users(1);
      const gone = await newGroup(directory(), [user]);
      await store.remove('group', gone.id, 'app');
      for (const id of [gone.id, randomUUID(), 'x/y']) {
        const changes: MemberChange[] = [{ op: 'add', ids: [user] }];
        expect(await store.changeMembers(id, changes, 'app')).toBeUndefined();
        expect(await idsIn(directory(), id)).toEqual([]);
      }
      expect(await all(store.groupsOf(user))).toEqual([]);
    });

    it('go with either end', async () => {
      const { store } = directory();
      const [a = '', b = ''] = await users(2);
      const group = await newGroup(directory(), [a, b]);
      await store.remove('user', a, 'app');
      expect(await idsIn(directory(), group.id)).toEqual([b]);
      await store.remove('group', group.id, 'app');
      expect(await all(store.groupsOf(b))).toEqual([]);
    });

    it('change without undoing what was read before, and after it', async () => {
      const { store } = directory();
      const [a = ''] = await users(1);
      const group = await newGroup(directory());
      await store.changeMembers(group.id, [{ op: 'add', ids: [a] }], 'app');
      const renamed = { displayName: randomUUID() };
      const late = await store.replace(group, renamed, 'app');
      expect(late).toEqual({ ok: false, reason: 'changed' });
      const now = (await store.read('group', [group.id])).get(group.id) ?? group;
      expect(await store.replace(now, renamed, 'app')).toMatchObject({ ok: true });
      expect(await idsIn(directory(), group.id)).toEqual([a]);
    });
  });
}
