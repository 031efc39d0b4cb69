import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Draft, EntryStore, MemberPair, Outcome } from '../../lib/ports.ts';
import type { Attributes, Entry, Kind } from '../../lib/sync/entry.ts';

/** How the suite reads a store back, beside the port itself. */
export interface StoreUnderTest {
  readonly store: EntryStore;
  /** Another opening of the same directory, as a second process would have it. */
  readonly other: EntryStore;
  entries(kind: Kind): Promise<readonly (Entry & { readonly managerId?: string })[]>;
  /** As `groupId>memberId`, sorted. */
  memberships(): Promise<readonly string[]>;
  counts(): Promise<{ readonly users: number; readonly groups: number }>;
}

const WORK_MAIL = 'emails[type eq "work"].value';

/** A user that no other test has. */
export function userDraft(userName: string, attributes: Attributes = {}): Draft {
  return {
    kind: 'user',
    externalId: randomUUID(),
    active: true,
    attributes: { userName, displayName: userName, [WORK_MAIL]: userName, ...attributes },
  };
}

export function groupDraft(displayName: string): Draft {
  return { kind: 'group', externalId: randomUUID(), active: true, attributes: { displayName } };
}

/** The value of an outcome that must be a success. */
export function successOf<T>(outcome: Outcome<T> | undefined): T {
  if (!outcome?.ok) throw new Error(`no success: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

const reasons = (outcomes: readonly Outcome<unknown>[]) =>
  outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));

const change = (entry: Entry, set: Attributes, clear: readonly string[] = []) => ({
  kind: entry.kind,
  id: entry.id,
  version: entry.version,
  set,
  clear,
});

/**
 * What every directory that implements EntryStore promises. `open` gives an empty directory.
 */
export function describeEntryStore(name: string, open: () => Promise<StoreUnderTest>): void {
  let test: StoreUnderTest;
  const create = async (drafts: readonly Draft[], slot = 0) =>
    (await test.store.create(drafts, slot)).map(successOf);
  const one = async (draft: Draft) => {
    const [entry] = await create([draft]);
    if (!entry) throw new Error('nothing was created');
    return entry;
  };
  const reread = async (entry: Entry) =>
    (await test.store.read(entry.kind, [entry.id])).get(entry.id);

  describe(name, () => {
    beforeAll(async () => {
      test = await open();
    });

    describe('create', () => {
      it('makes entries that read back as they were given', async () => {
        const draft = userDraft('ada@x.example', { active: true, phones: ['1', '2'] });
        const entry = await one({ ...draft, active: false });
        expect(entry).toMatchObject({ ...draft, active: false });
        expect(await reread(entry)).toEqual(entry);
        expect(entry.id).toMatch(/^[0-9a-f-]{36}$/);
      });

      it('keeps the order of a batch larger than a transaction', async () => {
        const drafts = Array.from({ length: 130 }, (_, n) => userDraft(`many${n}@x.example`));
        const made = await create(drafts);
        expect(made.map((entry) => entry.externalId)).toEqual(drafts.map((d) => d.externalId));
        const read = await test.store.read(
          'user',
          made.map((entry) => entry.id),
        );
        expect([...read.values()]).toHaveLength(130);
        for (const entry of made) expect(read.get(entry.id)).toEqual(entry);
      });

      it('finds its own work when it is repeated', async () => {
        const drafts = [userDraft('rep1@x.example'), userDraft('rep2@x.example')];
        const made = await create(drafts);
        const again = await test.store.create(drafts, 3);
        expect(again).toEqual(made.map((holder) => ({ ok: false, reason: 'taken', holder })));
      });

      it('tells whose name is taken and creates the others', async () => {
        const holder = await one(userDraft('Held@X.example'));
        const outcomes = await test.store.create(
          [
            userDraft('before@x.example'),
            userDraft(' HELD@x.EXAMPLE '),
            userDraft('after@x.example'),
          ],
          0,
        );
        expect(reasons(outcomes)).toEqual(['ok', 'taken', 'ok']);
        expect(outcomes[1]).toEqual({ ok: false, reason: 'taken', holder });
      });

      it('compares names in composed form', async () => {
        await one(userDraft('zoe\u0301@x.example'));
        expect(reasons(await test.store.create([userDraft('zo\u00e9@x.example')], 0))).toEqual([
          'taken',
        ]);
      });

      it('prefers the holder of the externalId to that of the name', async () => {
        const own = await one(userDraft('own@x.example'));
        await one(userDraft('foreign@x.example'));
        const [outcome] = await test.store.create(
          [{ ...userDraft('foreign@x.example'), externalId: own.externalId ?? '' }],
          0,
        );
        expect(outcome).toEqual({ ok: false, reason: 'taken', holder: own });
      });

      it('takes an externalId exactly, and per kind', async () => {
        const id = randomUUID();
        const outcomes = await test.store.create(
          [
            { ...userDraft('exact1@x.example'), externalId: `${id}a` },
            { ...userDraft('exact2@x.example'), externalId: `${id}A` },
            { ...groupDraft('exact'), externalId: `${id}a` },
            { ...userDraft('exact3@x.example'), externalId: `${id}a` },
          ],
          0,
        );
        expect(reasons(outcomes)).toEqual(['ok', 'ok', 'ok', 'taken']);
      });

      it('lets the first of two equal names in a batch have it', async () => {
        const outcomes = await test.store.create(
          [userDraft('twice@x.example'), userDraft('Twice@x.example'), userDraft('once@x.example')],
          0,
        );
        expect(reasons(outcomes)).toEqual(['ok', 'taken', 'ok']);
        expect(outcomes[1]).toMatchObject({ holder: successOf(outcomes[0]) });
      });

      it('lets groups share a display name', async () => {
        expect(
          reasons(await test.store.create([groupDraft('Same'), groupDraft('Same')], 0)),
        ).toEqual(['ok', 'ok']);
      });

      it('refuses what cannot be kept, without its neighbours', async () => {
        const nameless = { ...userDraft('x@x.example'), attributes: { displayName: 'n' } };
        const outcomes = await test.store.create(
          [
            nameless,
            userDraft('huge@x.example', { note: 'x'.repeat(600_000) }),
            groupDraft('Fine'),
          ],
          0,
        );
        expect(reasons(outcomes)).toEqual(['refused', 'refused', 'ok']);
      });

      it('keeps long and strange values whole', async () => {
        const note = `${'a'.repeat(31_990)}${'\u{1f600}'.repeat(40_000)}"\\\u0001\ud800`;
        const drafts = Array.from({ length: 12 }, (_, n) =>
          userDraft(`long${n}@x.example`, { note }),
        );
        for (const entry of await create(drafts))
          expect((await reread(entry))?.attributes.note).toBe(note);
      });
    });

    describe('read', () => {
      it('leaves out what is not there', async () => {
        const entry = await one(groupDraft('There'));
        const ids = [entry.id, randomUUID(), "it's/not#an?id", ''];
        expect([...(await test.store.read('group', ids)).keys()]).toEqual([entry.id]);
        expect((await test.store.read('user', [entry.id])).size).toBe(0);
        expect((await test.store.read('user', [])).size).toBe(0);
      });
    });

    describe('update', () => {
      it('sets and clears attributes and moves the version', async () => {
        const entry = await one(userDraft('upd@x.example', { title: 'a', nick: 'b' }));
        const [outcome] = await test.store.update([
          { ...change(entry, { title: 'c' }, ['nick', 'absent']), active: false },
        ]);
        const updated = successOf(outcome);
        const { nick: _, ...kept } = entry.attributes;
        expect(updated).toMatchObject({ active: false, externalId: entry.externalId });
        expect(updated.attributes).toEqual({ ...kept, title: 'c' });
        expect(updated.version).not.toBe(entry.version);
        expect(await reread(entry)).toEqual(updated);
      });

      it('is refused at another version, and for an entry that is gone', async () => {
        const entry = await one(userDraft('ver@x.example'));
        const gone = await one(userDraft('gone@x.example'));
        await test.store.remove('user', [gone.id], 0);
        const next = successOf((await test.store.update([change(entry, { title: '1' })]))[0]);
        const outcomes = await test.store.update([
          change(entry, { title: '2' }),
          change(gone, { title: '2' }),
          change(next, { title: '3' }),
        ]);
        expect(reasons(outcomes)).toEqual(['changed', 'missing', 'ok']);
      });

      it('sees what another process has changed', async () => {
        const entry = await one(userDraft('two@x.example'));
        const theirs = successOf((await test.other.update([change(entry, { title: 't' })]))[0]);
        expect(reasons(await test.store.update([change(entry, { title: 'o' })]))).toEqual([
          'changed',
        ]);
        expect(reasons(await test.store.update([change(theirs, { title: 'o' })]))).toEqual(['ok']);
      });

      it('moves the name with the entry', async () => {
        const entry = await one(userDraft('old@x.example'));
        const renamed = successOf(
          (await test.store.update([change(entry, { userName: 'new@x.example' })]))[0],
        );
        const outcomes = await test.store.create(
          [userDraft('NEW@x.example'), userDraft('OLD@x.example')],
          0,
        );
        expect(reasons(outcomes)).toEqual(['taken', 'ok']);
        expect(outcomes[0]).toMatchObject({ holder: renamed });
      });

      it('changes only the case of a name', async () => {
        const entry = await one(userDraft('case@x.example'));
        const outcomes = await test.store.update([change(entry, { userName: 'CASE@x.example' })]);
        expect(successOf(outcomes[0]).attributes.userName).toBe('CASE@x.example');
      });

      it('tells who holds a name and updates the others', async () => {
        const [a, b, c] = await create([
          userDraft('a1@x.example'),
          userDraft('b1@x.example'),
          userDraft('c1@x.example'),
        ]);
        if (!a || !b || !c) throw new Error('three were made');
        const outcomes = await test.store.update([
          change(a, { title: '1' }),
          change(b, { userName: 'c1@x.example' }),
          change(c, { title: '1' }),
        ]);
        expect(reasons(outcomes)).toEqual(['ok', 'taken', 'ok']);
        expect(outcomes[1]).toMatchObject({ holder: { id: c.id } });
      });

      it('answers a swap of names with taken', async () => {
        const [a, b] = await create([userDraft('sw1@x.example'), userDraft('sw2@x.example')]);
        if (!a || !b) throw new Error('two were made');
        const outcomes = await test.store.update([
          change(a, { userName: 'sw2@x.example' }),
          change(b, { userName: 'sw1@x.example' }),
        ]);
        expect(outcomes).toEqual([
          { ok: false, reason: 'taken', holder: b },
          { ok: false, reason: 'taken', holder: a },
        ]);
      });

      it('moves the externalId, which stays unique', async () => {
        const entry = await one(userDraft('adopt@x.example'));
        const other = await one(userDraft('adopt2@x.example'));
        const externalId = randomUUID();
        const adopted = successOf((await test.store.update([change(entry, { externalId })]))[0]);
        expect(await reread(entry)).toEqual(adopted);
        expect(adopted).toMatchObject({ externalId, attributes: entry.attributes });
        const [again] = await test.store.update([change(other, { externalId })]);
        expect(again).toEqual({ ok: false, reason: 'taken', holder: adopted });
      });

      it('refuses to take the name away', async () => {
        const entry = await one(userDraft('keep@x.example'));
        expect(reasons(await test.store.update([change(entry, {}, ['userName'])]))).toEqual([
          'refused',
        ]);
      });
    });

    describe('remove', () => {
      it('yields the names and can be repeated', async () => {
        const draft = userDraft('rm@x.example');
        const entry = await one(draft);
        const group = await one(groupDraft('rm'));
        const before = await test.counts();
        const removed = [entry.id, entry.id, randomUUID()];
        expect(reasons(await test.store.remove('user', removed, 5))).toEqual(['ok', 'ok', 'ok']);
        expect(reasons(await test.store.remove('user', removed, 5))).toEqual(['ok', 'ok', 'ok']);
        await test.store.remove('group', [group.id], 5);
        expect(await reread(entry)).toBeUndefined();
        expect(await test.counts()).toEqual({ users: before.users - 1, groups: before.groups - 1 });
        expect(reasons(await test.store.create([draft], 0))).toEqual(['ok']);
      });

      it('removes more than a transaction takes', async () => {
        const made = await create(
          Array.from({ length: 60 }, (_, n) => userDraft(`b${n}@rm.example`)),
        );
        const ids = made.map((entry) => entry.id);
        expect(await test.store.remove('user', ids, 1)).toHaveLength(60);
        expect((await test.store.read('user', ids)).size).toBe(0);
      });
    });

    describe('memberships', () => {
      const pair = (group: Entry, member: Entry): MemberPair => ({
        groupId: group.id,
        memberId: member.id,
        memberKind: member.kind,
      });
      const of = async (...groups: readonly Entry[]) => {
        const all = await test.memberships();
        return all.filter((text) => groups.some((group) => text.startsWith(group.id)));
      };

      it('are added and removed, repeats included', async () => {
        const users = await create(
          Array.from({ length: 60 }, (_, n) => userDraft(`m${n}@x.example`)),
        );
        const group = await one(groupDraft('Members'));
        const pairs = users.map((user) => pair(group, user));
        const [first] = pairs;
        if (!first) throw new Error('there are pairs');
        await test.store.addMembers([...pairs, first]);
        await test.store.addMembers(pairs);
        expect(await of(group)).toHaveLength(60);
        await test.store.removeMembers([first, first]);
        await test.store.removeMembers(pairs.slice(0, 55));
        await test.store.removeMembers(pairs.slice(0, 55));
        expect(await of(group)).toHaveLength(5);
      });

      it('go with either end', async () => {
        const [user, stays] = await create([
          userDraft('end1@x.example'),
          userDraft('end2@x.example'),
        ]);
        const [outer, inner] = await create([groupDraft('Outer'), groupDraft('Inner')]);
        if (!user || !stays || !outer || !inner) throw new Error('four were made');
        const pairs = [
          pair(outer, user),
          pair(outer, stays),
          pair(outer, inner),
          pair(inner, user),
        ];
        await test.store.addMembers(pairs);
        await test.store.remove('user', [user.id], 0);
        expect(await of(outer, inner)).toHaveLength(2);
        await test.store.remove('group', [inner.id], 0);
        expect(await of(outer, inner)).toEqual([`${outer.id}>${stays.id}`]);
        await test.store.remove('group', [outer.id], 0);
        expect(await of(outer, inner)).toEqual([]);
      });
    });

    describe('managers', () => {
      it('are set and taken away; a user that is gone is left out', async () => {
        const [boss, ...team] = await create(
          Array.from({ length: 4 }, (_, n) => userDraft(`team${n}@x.example`)),
        );
        const [a, b, gone] = team;
        if (!boss || !a || !b || !gone) throw new Error('four were made');
        await test.store.remove('user', [gone.id], 0);
        const managerId = boss.id;
        const managersOf = async () =>
          (await test.entries('user'))
            .filter((entry) => [a.id, b.id].includes(entry.id))
            .map((entry) => entry.managerId);
        await test.store.setManagers([a, gone, b].map(({ id }) => ({ userId: id, managerId })));
        expect(await managersOf()).toEqual([managerId, managerId]);
        await test.store.setManagers([
          { userId: a.id, managerId: null },
          { userId: b.id, managerId: null },
        ]);
        expect(await managersOf()).toEqual([undefined, undefined]);
      });

      it('outlive an update, and change the version', async () => {
        const [boss, user] = await create([userDraft('boss@x.example'), userDraft('u@x.example')]);
        if (!boss || !user) throw new Error('two were made');
        await test.store.setManagers([{ userId: user.id, managerId: boss.id }]);
        expect(reasons(await test.store.update([change(user, { title: 't' })]))).toEqual([
          'changed',
        ]);
        const now = await reread(user);
        if (!now) throw new Error('it is there');
        successOf((await test.store.update([change(now, { title: 't' })]))[0]);
        const found = (await test.entries('user')).find((entry) => entry.id === user.id);
        expect(found).toMatchObject({ managerId: boss.id, attributes: { title: 't' } });
      });
    });

    describe('many writers at once', () => {
      it('give each name to exactly one, and count exactly', async () => {
        const before = await test.counts();
        const names = Array.from({ length: 48 }, (_, n) => `race${n}@x.example`);
        const lanes = Array.from({ length: 16 }, (_, lane) =>
          (lane % 2 ? test.store : test.other).create(
            // Each lane begins elsewhere, so that they meet in the middle of their batches.
            names.map((_, n) => userDraft(names[(n + lane * 3) % names.length] ?? '')),
            lane,
          ),
        );
        const outcomes = (await Promise.all(lanes)).flat();
        const made = outcomes.filter((outcome) => outcome.ok).map(successOf);
        expect(made.map((entry) => entry.attributes.userName).sort()).toEqual(names.sort());
        expect(new Set(reasons(outcomes))).toEqual(new Set(['ok', 'taken']));
        expect(await test.counts()).toEqual({ ...before, users: before.users + names.length });
      });

      it('share a slot without losing a count', async () => {
        const before = await test.counts();
        const writers = Array.from({ length: 12 }, (_, n) =>
          (n % 2 ? test.store : test.other).create([groupDraft(`Shared ${n}`)], 7),
        );
        expect(reasons((await Promise.all(writers)).flat())).toEqual(Array(12).fill('ok'));
        expect(await test.counts()).toEqual({ ...before, groups: before.groups + 12 });
      });

      it('renaming and removing leave no claim behind and take none along', async () => {
        const made = await create(
          Array.from({ length: 10 }, (_, n) => userDraft(`rr${n}@x.example`)),
        );
        await Promise.all([
          test.store.update(
            made.map((entry, n) => change(entry, { userName: `rx${n}@x.example` })),
          ),
          test.other.remove(
            'user',
            made.map((entry) => entry.id),
            2,
          ),
          test.other.create(
            made.map((_, n) => userDraft(`rr${n}@x.example`)),
            3,
          ),
        ]);
        const names = [...made.keys()].flatMap((n) => [`rr${n}@x.example`, `rx${n}@x.example`]);
        await test.store.create(
          names.map((name) => userDraft(name)),
          4,
        );
        const outcomes = await test.store.create(
          names.map((name) => userDraft(name)),
          4,
        );
        expect(new Set(reasons(outcomes))).toEqual(new Set(['taken']));
      });

      it('counts what is there', async () => {
        expect(await test.counts()).toEqual({
          users: (await test.entries('user')).length,
          groups: (await test.entries('group')).length,
        });
      });
    });
  });
}
