import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ResourceLookup } from '../../lib/ports/resources.ts';
import { change, groupDraft, successOf, userDraft } from './entry-store-fixture.ts';
import {
  type Directory,
  newGroup,
  newUser,
  storedOf,
  textOf,
  unheard,
  whyNot,
} from './resource-store-fixture.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ALIASES = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User';

/** Writing resources, and finding them. */
export function describeResources(directory: () => Directory): void {
  describe('a resource', () => {
    it('reads back whole, and as the sync has it', async () => {
      const { store, entries } = directory();
      const userName = unheard('ada');
      const resource = {
        userName,
        externalId: randomUUID(),
        active: false,
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        emails: [
          { type: 'work', value: 'ada@x.example', primary: true },
          { type: 'home', value: 'ada@home.example' },
        ],
        [ENTERPRISE]: { department: 'Engines', manager: { value: 'nobody we know' } },
      };
      const stored = storedOf(await store.create('user', resource, 'app'));
      expect(stored).toEqual({
        kind: 'user',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        version: expect.any(String),
        created: stored.lastModified,
        lastModified: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
        resource,
      });
      expect((await store.read('user', [stored.id, randomUUID(), 'x/y'])).get(stored.id)).toEqual(
        stored,
      );
      expect((await entries.read('user', [stored.id])).get(stored.id)).toMatchObject({
        active: false,
        externalId: resource.externalId,
        version: stored.version,
        attributes: {
          userName,
          'name.givenName': 'Ada',
          'emails[type eq "work"].value': 'ada@x.example',
          [`${ENTERPRISE}:department`]: 'Engines',
        },
      });
    });

    it('of the sync reads as one of a SCIM client, and keeps what that wrote', async () => {
      const { store, entries } = directory();
      const draft = userDraft(unheard('bob'), { 'name.givenName': 'Bob' });
      const entry = successOf((await entries.create([draft], 0))[0]);
      const boss = await newUser(directory());
      await entries.setManagers([{ userId: entry.id, managerId: boss.id }]);
      const before = (await store.read('user', [entry.id])).get(entry.id);
      if (!before) throw new Error('it is there');
      expect(before.resource).toMatchObject({
        userName: draft.attributes.userName,
        externalId: draft.externalId,
        active: true,
        name: { givenName: 'Bob' },
        emails: [{ type: 'work', value: draft.attributes.userName }],
        [ENTERPRISE]: { manager: { value: boss.id } },
      });
      const addresses = [{ type: 'work', locality: 'London', primary: true }];
      const wider = { ...before.resource, addresses };
      const { id, version } = storedOf(await store.replace(before, wider, 'app'));
      const set = { 'name.familyName': 'Babbage' };
      const [outcome] = await entries.update([
        { kind: 'user', id, version, set, clear: ['name.givenName'] },
      ]);
      expect(outcome).toMatchObject({ ok: true });
      expect((await store.read('user', [id])).get(id)?.resource).toEqual({
        ...wider,
        name: { familyName: 'Babbage' },
      });
    });

    it('keeps what the schema does not know for the sync', async () => {
      const { store, entries } = directory();
      const unknown = { nick: 'al', 'shirts[type eq "work"].size': 'M', Title: 'Countess' };
      const draft = userDraft(unheard('unknown'), unknown);
      const entry = successOf((await entries.create([draft], 0))[0]);
      expect(entry.attributes).toMatchObject(unknown);
      const before = (await store.read('user', [entry.id])).get(entry.id);
      if (!before) throw new Error('it is there');
      expect(Object.keys(before.resource).toSorted()).toEqual(
        ['active', 'displayName', 'emails', 'externalId', 'userName'].toSorted(),
      );
      const { userName = '' } = before.resource;
      const replaced = storedOf(await store.replace(before, { userName, title: 't' }, 'app'));
      expect(replaced.resource).toEqual({ userName, title: 't', active: true });
      const now = (await entries.read('user', [entry.id])).get(entry.id) ?? entry;
      expect(now.attributes).toEqual({ userName, title: 't', ...unknown });
      await entries.update([change(now, { nick: 'ada' }, Object.keys(unknown).slice(1))]);
      expect((await entries.read('user', [entry.id])).get(entry.id)?.attributes).toEqual({
        userName,
        title: 't',
        nick: 'ada',
      });
    });

    it('without the attribute `active` is active at first, and stays what it is', async () => {
      const { store } = directory();
      const userName = unheard('active');
      const made = storedOf(await store.create('user', { userName }, 'app'));
      expect(made.resource.active).toBe(true);
      const off = storedOf(await store.replace(made, { userName, active: false }, 'app'));
      const again = storedOf(await store.replace(off, { userName }, 'app'));
      expect(again.resource).toEqual({ userName, active: false });
      expect((await newGroup(directory())).resource).not.toHaveProperty('active');
    });

    it('is replaced at its version only', async () => {
      const { store, other } = directory();
      const before = await newUser(directory());
      const { resource } = before;
      const title = { ...resource, title: 't' };
      const after = storedOf(await other.replace(before, title, 'app'));
      expect(after).toMatchObject({ id: before.id, created: before.created, resource: title });
      expect(after.version).not.toBe(before.version);
      expect(whyNot(await store.replace(before, resource, 'app'))).toBe('changed');
      expect(whyNot(await store.replace(after, resource, 'app'))).toBe('ok');
      await store.remove('user', before.id, 'app');
      expect(whyNot(await store.replace(after, resource, 'app'))).toBe('missing');
    });

    it('is removed once, and with a version only at that', async () => {
      const { store } = directory();
      const user = await newUser(directory());
      const users = await store.count('user');
      expect(await store.remove('user', user.id, 'app', 'W/"other"')).toBe('changed');
      expect(await store.remove('group', user.id, 'app')).toBe('missing');
      expect(await store.remove('user', user.id, 'app', user.version)).toBe('removed');
      expect(await store.remove('user', user.id, 'app', user.version)).toBe('missing');
      expect(await store.remove('user', 'x/y', 'app')).toBe('missing');
      expect(await store.count('user')).toBe(users - 1);
      expect(whyNot(await store.create('user', user.resource, 'app'))).toBe('ok');
    });

    const many = (count: number) => Array.from({ length: count }, (_, n) => `${n}@x.example`);
    const refused: [what: string, detail: string, resource: Record<string, unknown>][] = [
      ['no userName', 'userName is required', { userName: ' ' }],
      ['a name that is none', 'userName is required', { userName: true }],
      [
        'too many work addresses',
        'there are more than 5 work addresses',
        { emails: many(6).map((value) => ({ type: 'Work', value })) },
      ],
      ['too many aliases', 'there are more than 40 aliases', { [ALIASES]: { aliases: many(41) } }],
      [
        'a manager of 201 characters',
        "the manager's id is longer than 200 characters",
        { [ENTERPRISE]: { manager: { value: 'm'.repeat(201) } } },
      ],
      [
        'more than a row takes',
        'the attributes are longer than 480000 characters',
        { title: 'x'.repeat(480_000) },
      ],
    ];

    it.each(refused)('with %s is refused', async (_, detail, resource) => {
      const userName = unheard('refused');
      const given = { userName, ...JSON.parse(JSON.stringify(resource)) };
      expect(await directory().store.create('user', given, 'app')).toEqual({
        ok: false,
        reason: 'refused',
        detail,
      });
    });
  });

  describe('a name', () => {
    it('of a user, and an alias, belong to one', async () => {
      const { store } = directory();
      const user = await newUser(directory(), { [ALIASES]: { aliases: [unheard('alias')] } });
      const name = textOf(user, 'userName');
      const taken = await store.create('user', { userName: ` ${name.toUpperCase()}` }, 'app');
      expect(taken).toEqual({ ok: false, reason: 'taken' });
      const alias = { userName: unheard('other'), [ALIASES]: user.resource[ALIASES] ?? {} };
      expect(whyNot(await store.create('user', alias, 'app'))).toBe('taken');
      const other = await newUser(directory());
      expect(whyNot(await store.replace(other, { userName: name }, 'app'))).toBe('taken');
      expect(whyNot(await store.replace(user, { userName: name.toUpperCase() }, 'app'))).toBe('ok');
    });

    it('of a group belongs to one that SCIM clients made, and may be shared in Entra', async () => {
      const { store, entries } = directory();
      const group = await newGroup(directory());
      const name = textOf(group, 'displayName');
      const create = async (displayName: string) =>
        whyNot(await store.create('group', { displayName }, 'app'));
      expect(await create(name.toUpperCase())).toBe('taken');
      const twins = await entries.create([groupDraft(name), groupDraft(name)], 0);
      expect(twins.map(({ ok }) => ok)).toEqual([true, true]);
      expect(await store.remove('group', group.id, 'app')).toBe('removed');
      expect(await create(name)).toBe('taken');
      await entries.remove(
        'group',
        twins.map((twin) => successOf(twin).id),
        0,
      );
      expect(await create(name)).toBe('ok');
    });

    it('of a group goes with it', async () => {
      const { store, entries } = directory();
      const [group, other] = [await newGroup(directory()), await newGroup(directory())];
      const [name, its] = [group, other].map((one) => textOf(one, 'displayName'));
      if (name === undefined || its === undefined) throw new Error('both have one');
      expect(whyNot(await store.replace(group, { displayName: its }, 'app'))).toBe('taken');
      const shouted = { displayName: name.toUpperCase() };
      const loud = storedOf(await store.replace(group, shouted, 'app'));
      const next = storedOf(await store.replace(loud, { displayName: unheard('next') }, 'app'));
      expect(whyNot(await store.create('group', { displayName: name }, 'app'))).toBe('ok');
      // The sync renames it, and gives the name back that only SCIM clients claim.
      const { id, version } = next;
      const set = { displayName: unheard('synced') };
      await entries.update([{ kind: 'group', id, version, set, clear: [] }]);
      expect(whyNot(await store.create('group', next.resource, 'app'))).toBe('ok');
      expect(whyNot(await store.create('group', set, 'app'))).toBe('taken');
    });

    it('that two groups of Entra share stands in nobody’s way who keeps it', async () => {
      const { store, entries } = directory();
      const name = unheard('twin');
      const twins = await entries.create([groupDraft(name), groupDraft(name)], 0);
      const { id } = successOf(twins[0]);
      const before = (await store.read('group', [id])).get(id);
      if (!before) throw new Error('it is there');
      const after = { displayName: name.toUpperCase(), externalId: 'x' };
      expect(whyNot(await store.replace(before, after, 'app'))).toBe('ok');
    });
  });

  describe('an externalId', () => {
    const idOf = (stored: { readonly id: string }) => stored.id;
    const holders = async (value: string, most = 10) =>
      (await directory().store.find('user', 'externalId', value, most)).map(idOf).toSorted();

    it('is shared by those whom SCIM clients gave it, compared exactly', async () => {
      const { store, entries } = directory();
      const externalId = unheard('Shared');
      const users = [
        await newUser(directory(), { externalId }),
        await newUser(directory(), { externalId }),
        storedOf(
          await store.replace(
            await newUser(directory()),
            { userName: unheard('c'), externalId },
            'app',
          ),
        ),
      ];
      const ids = users.map(idOf).toSorted();
      expect(await holders(externalId)).toEqual(ids);
      expect(await holders(externalId, 2)).toHaveLength(2);
      expect(await holders(externalId.toLowerCase())).toEqual([]);
      expect(await store.find('group', 'externalId', externalId, 10)).toEqual([]);
      // To the sync it is the id of one.
      expect([...(await entries.find('user', [externalId])).values()].map(idOf)).toEqual([
        users[0]?.id,
      ]);
      const draft = { ...userDraft(unheard('d')), externalId };
      expect(await entries.create([draft], 0)).toMatchObject([{ ok: false, reason: 'taken' }]);
    });

    it('moves with who has it, whoever has claimed it', async () => {
      const { store, entries } = directory();
      const externalId = unheard('moving');
      const [first, second] = [
        await newUser(directory(), { externalId }),
        await newUser(directory(), { externalId }),
      ];
      const titled = { ...second.resource, title: 't' };
      const kept = storedOf(await store.replace(second, titled, 'app'));
      expect(await store.remove('user', first.id, 'app')).toBe('removed');
      expect(await holders(externalId)).toEqual([second.id]);
      const { externalId: _, ...without } = kept.resource;
      const cleared = storedOf(await store.replace(kept, without, 'app'));
      expect(await holders(externalId)).toEqual([]);
      const set = { externalId };
      const { id, version } = cleared;
      const outcomes = await entries.update([{ kind: 'user', id, version, set, clear: [] }]);
      expect(outcomes).toMatchObject([{ ok: true }]);
      expect(await holders(externalId)).toEqual([second.id]);
    });
  });

  describe('find', () => {
    it('knows what a user has, and a group', async () => {
      const { store } = directory();
      const mail = `${randomUUID()}@Mail.example`;
      const emails = [
        { type: 'home', value: 'home@mail.example' },
        { type: 'work', value: mail },
        { type: 'Work', value: `2${mail}` },
      ];
      const displayName = unheard('Möller');
      const user = await newUser(directory(), { displayName, emails, externalId: unheard('x') });
      const group = await newGroup(directory());
      const [userName, externalId] = [textOf(user, 'userName'), textOf(user, 'externalId')];
      const found: [ResourceLookup, string][] = [
        ['userName', ` ${userName.toUpperCase()}`],
        ['externalId', externalId],
        ['displayName', displayName.toUpperCase()],
        ['workMail', mail.toUpperCase()],
        ['workMail', `2${mail}`],
      ];
      for (const [by, value] of found)
        expect([by, await store.find('user', by, value, 5)]).toEqual([by, [user]]);
      const groupName = textOf(group, 'displayName');
      expect(await store.find('group', 'displayName', groupName, 5)).toEqual([group]);
      expect(await store.find('user', 'displayName', groupName, 5)).toEqual([]);
      expect(await store.find('group', 'userName', userName, 5)).toEqual([]);
      for (const by of ['userName', 'externalId', 'displayName', 'workMail'] as const)
        expect(await store.find('user', by, '', 5)).toEqual([]);
    });

    it('brings no more than are wanted of those who share a value', async () => {
      const { store } = directory();
      const displayName = unheard('Same');
      for (let n = 0; n < 4; n += 1) await newUser(directory(), { displayName });
      expect(await store.find('user', 'displayName', displayName, 3)).toHaveLength(3);
      expect(await store.find('user', 'displayName', displayName, 9)).toHaveLength(4);
    });
  });
}
