import { describe, expect, it } from 'vitest';
import type { StoredResource } from '../../lib/ports/resources.ts';
import { groupDraft, userDraft } from './entry-store-fixture.ts';
import {
  type Directory,
  idsIn,
  newGroup,
  newUser,
  storedOf,
  unheard,
  whyNot,
} from './resource-store-fixture.ts';

const TIMES = 20;

/** SCIM clients that meet each other, and the sync. */
export function describeResourceWriters(directory: () => Directory): void {
  const each = <T>(work: (store: Directory['store'], n: number) => Promise<T>) =>
    Promise.all(
      Array.from({ length: TIMES }, (_, n) => {
        const { store, other } = directory();
        return work(n % 2 ? store : other, n);
      }),
    );
  const oneOf = (reason: string) => [...Array<string>(TIMES - 1).fill(reason), 'ok'].toSorted();

  describe('many at once', () => {
    it('make one user of a name, and count it once', async () => {
      const { store } = directory();
      const before = await store.count('user');
      const userName = unheard('wanted');
      const written = await each((one) => one.create('user', { userName }, 'app'));
      expect(written.map(whyNot).toSorted()).toEqual(oneOf('taken'));
      expect(await store.count('user')).toBe(before + 1);
    });

    it('make one group of a name, and rename one to it', async () => {
      const displayName = unheard('Wanted');
      const written = await each((one) => one.create('group', { displayName }, 'app'));
      expect(written.map(whyNot).toSorted()).toEqual(oneOf('taken'));
      const groups: StoredResource[] = [];
      for (let n = 0; n < TIMES; n += 1) groups.push(await newGroup(directory()));
      const name = { displayName: unheard('Renamed') };
      const renamed = await each((one, n) => {
        const group = groups[n];
        if (!group) throw new Error('as many as there are writers');
        return one.replace(group, name, 'app');
      });
      expect(renamed.map(whyNot).toSorted()).toEqual(oneOf('taken'));
      const found = await directory().store.find('group', 'displayName', name.displayName, TIMES);
      expect(found).toHaveLength(1);
    });

    it('give an externalId to all who want it', async () => {
      const externalId = unheard('many');
      const written = await each((one) =>
        one.create('user', { userName: unheard('u'), externalId }, 'app'),
      );
      const ids = written.map((one) => storedOf(one).id);
      const found = await directory().store.find('user', 'externalId', externalId, TIMES);
      expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    });

    it('replace a resource once', async () => {
      const user = await newUser(directory());
      const written = await each((one, n) =>
        one.replace(user, { ...user.resource, title: `t${n}` }, 'app'),
      );
      expect(written.map(whyNot).toSorted()).toEqual(oneOf('changed').toSorted());
    });

    it('change one group and lose no member', async () => {
      const { store, other } = directory();
      const ids = (
        await directory().entries.create(
          Array.from({ length: 110 }, () => userDraft(unheard('member'))),
          0,
        )
      ).map((outcome) => (outcome.ok ? outcome.value.id : ''));
      const leaving = ids.slice(100);
      const group = await newGroup(directory(), leaving);
      const halves = [ids.slice(0, 50), ids.slice(50, 100)];
      const changes = halves.flatMap((half, n) =>
        half.map((id) =>
          (n ? store : other).changeMembers(group.id, [{ op: 'add', ids: [id] }], 'app'),
        ),
      );
      const removals = leaving.flatMap((id) =>
        [store, other].map((one) =>
          one.changeMembers(group.id, [{ op: 'remove', ids: [id] }], 'app'),
        ),
      );
      await Promise.all([...changes, ...removals]);
      expect(await idsIn(directory(), group.id)).toEqual(ids.slice(0, 100).toSorted());
    });

    it('leave the counters right beside the sync', async () => {
      const { store, entries } = directory();
      const [users, groups] = [await store.count('user'), await store.count('group')];
      const gone = await newUser(directory());
      await Promise.all([
        each((one) => one.create('user', { userName: unheard('u') }, 'entra')),
        each((one) => one.create('group', { displayName: unheard('g') }, 'entra')),
        ...Array.from({ length: 16 }, (_, slot) =>
          entries.create([userDraft(unheard('u')), groupDraft('g')], slot),
        ),
        store.remove('user', gone.id, 'app'),
        store.remove('user', gone.id, 'app'),
      ]);
      expect(await store.count('user')).toBe(users + TIMES + 16);
      expect(await store.count('group')).toBe(groups + TIMES + 16);
    });
  });
}
