import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  change,
  type Fixture,
  groupDraft,
  reasons,
  successOf,
  userDraft,
} from './entry-store-fixture.ts';

/** Changing and removing entries. */
export function describeChanging(fixture: Fixture): void {
  describe('update', () => {
    it('sets and clears attributes and moves the version', async () => {
      const entry = await fixture.one(userDraft('upd@x.example', { title: 'a', nick: 'b' }));
      const [outcome] = await fixture.test.store.update([
        { ...change(entry, { title: 'c' }, ['nick', 'absent']), active: false },
      ]);
      const updated = successOf(outcome);
      const { nick: _, ...kept } = entry.attributes;
      expect(updated).toMatchObject({ active: false, externalId: entry.externalId });
      expect(updated.attributes).toEqual({ ...kept, title: 'c' });
      expect(updated.version).not.toBe(entry.version);
      expect(await fixture.reread(entry)).toEqual(updated);
    });

    it('is refused at another version, and for an entry that is gone', async () => {
      const entry = await fixture.one(userDraft('ver@x.example'));
      const gone = await fixture.one(userDraft('gone@x.example'));
      await fixture.test.store.remove('user', [gone.id], 0);
      const next = successOf((await fixture.test.store.update([change(entry, { title: '1' })]))[0]);
      const outcomes = await fixture.test.store.update([
        change(entry, { title: '2' }),
        change(gone, { title: '2' }),
        change(next, { title: '3' }),
      ]);
      expect(reasons(outcomes)).toEqual(['changed', 'missing', 'ok']);
    });

    it('sees what another process has changed', async () => {
      const entry = await fixture.one(userDraft('two@x.example'));
      const theirs = successOf(
        (await fixture.test.other.update([change(entry, { title: 't' })]))[0],
      );
      expect(reasons(await fixture.test.store.update([change(entry, { title: 'o' })]))).toEqual([
        'changed',
      ]);
      expect(reasons(await fixture.test.store.update([change(theirs, { title: 'o' })]))).toEqual([
        'ok',
      ]);
    });

    it('moves the name with the entry', async () => {
      const entry = await fixture.one(userDraft('old@x.example'));
      const renamed = successOf(
        (await fixture.test.store.update([change(entry, { userName: 'new@x.example' })]))[0],
      );
      const outcomes = await fixture.test.store.create(
        [userDraft('NEW@x.example'), userDraft('OLD@x.example')],
        0,
      );
      expect(reasons(outcomes)).toEqual(['taken', 'ok']);
      expect(outcomes[0]).toMatchObject({ holder: renamed });
    });

    it('changes only the case of a name', async () => {
      const entry = await fixture.one(userDraft('case@x.example'));
      const outcomes = await fixture.test.store.update([
        change(entry, { userName: 'CASE@x.example' }),
      ]);
      expect(successOf(outcomes[0]).attributes.userName).toBe('CASE@x.example');
    });

    it('tells who holds a name and updates the others', async () => {
      const [a, b, c] = await fixture.create([
        userDraft('a1@x.example'),
        userDraft('b1@x.example'),
        userDraft('c1@x.example'),
      ]);
      if (!a || !b || !c) throw new Error('three were made');
      const outcomes = await fixture.test.store.update([
        change(a, { title: '1' }),
        change(b, { userName: 'c1@x.example' }),
        change(c, { title: '1' }),
      ]);
      expect(reasons(outcomes)).toEqual(['ok', 'taken', 'ok']);
      expect(outcomes[1]).toMatchObject({ holder: { id: c.id } });
    });

    it('answers a swap of names with taken', async () => {
      const [a, b] = await fixture.create([userDraft('sw1@x.example'), userDraft('sw2@x.example')]);
      if (!a || !b) throw new Error('two were made');
      const outcomes = await fixture.test.store.update([
        change(a, { userName: 'sw2@x.example' }),
        change(b, { userName: 'sw1@x.example' }),
      ]);
      expect(outcomes).toEqual([
        { ok: false, reason: 'taken', holder: b },
        { ok: false, reason: 'taken', holder: a },
      ]);
    });

    it('moves the externalId, which stays unique', async () => {
      const entry = await fixture.one(userDraft('adopt@x.example'));
      const other = await fixture.one(userDraft('adopt2@x.example'));
      const externalId = randomUUID();
      const adopted = successOf(
        (await fixture.test.store.update([change(entry, { externalId })]))[0],
      );
      expect(await fixture.reread(entry)).toEqual(adopted);
      expect(adopted).toMatchObject({ externalId, attributes: entry.attributes });
      const [again] = await fixture.test.store.update([change(other, { externalId })]);
      expect(again).toEqual({ ok: false, reason: 'taken', holder: adopted });
    });

    it('refuses to take the name away', async () => {
      const entry = await fixture.one(userDraft('keep@x.example'));
      expect(reasons(await fixture.test.store.update([change(entry, {}, ['userName'])]))).toEqual([
        'refused',
      ]);
    });
  });

  describe('remove', () => {
    it('yields the names and can be repeated', async () => {
      const draft = userDraft('rm@x.example');
      const entry = await fixture.one(draft);
      const group = await fixture.one(groupDraft('rm'));
      const before = await fixture.test.counts();
      const removed = [entry.id, entry.id, randomUUID()];
      expect(reasons(await fixture.test.store.remove('user', removed, 5))).toEqual([
        'ok',
        'ok',
        'ok',
      ]);
      expect(reasons(await fixture.test.store.remove('user', removed, 5))).toEqual([
        'ok',
        'ok',
        'ok',
      ]);
      await fixture.test.store.remove('group', [group.id], 5);
      expect(await fixture.reread(entry)).toBeUndefined();
      expect(await fixture.test.counts()).toEqual({
        users: before.users - 1,
        groups: before.groups - 1,
      });
      expect(reasons(await fixture.test.store.create([draft], 0))).toEqual(['ok']);
    });

    it('removes more than a transaction takes', async () => {
      const made = await fixture.create(
        Array.from({ length: 60 }, (_, n) => userDraft(`b${n}@rm.example`)),
      );
      const ids = made.map((entry) => entry.id);
      expect(await fixture.test.store.remove('user', ids, 1)).toHaveLength(60);
      expect((await fixture.test.store.read('user', ids)).size).toBe(0);
    });
  });
}
