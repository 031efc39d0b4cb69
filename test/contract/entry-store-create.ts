import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Fixture, groupDraft, reasons, successOf, userDraft } from './entry-store-fixture.ts';

/** Creating entries, and reading them. */
export function describeCreating(fixture: Fixture): void {
  describe('create', () => {
    it('makes entries that read back as they were given', async () => {
      const draft = userDraft('ada@x.example', { isVip: true, phones: ['1', '2'] });
      const entry = await fixture.one({ ...draft, active: false });
      expect(entry).toMatchObject({ ...draft, active: false });
      expect(await fixture.reread(entry)).toEqual(entry);
      expect(entry.id).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('keeps the order of a batch larger than a transaction', async () => {
      const drafts = Array.from({ length: 130 }, (_, n) => userDraft(`many${n}@x.example`));
      const made = await fixture.create(drafts);
      expect(made.map((entry) => entry.externalId)).toEqual(drafts.map((d) => d.externalId));
      const read = await fixture.test.store.read(
        'user',
        made.map((entry) => entry.id),
      );
      expect([...read.values()]).toHaveLength(130);
      for (const entry of made) expect(read.get(entry.id)).toEqual(entry);
    });

    it('finds its own work when it is repeated', async () => {
      const drafts = [userDraft('rep1@x.example'), userDraft('rep2@x.example')];
      const made = await fixture.create(drafts);
      const again = await fixture.test.store.create(drafts, 3);
      expect(again).toEqual(made.map((holder) => ({ ok: false, reason: 'taken', holder })));
    });

    it('tells whose name is taken and creates the others', async () => {
      const holder = await fixture.one(userDraft('Held@X.example'));
      const outcomes = await fixture.test.store.create(
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
      await fixture.one(userDraft('zoe\u0301@x.example'));
      expect(
        reasons(await fixture.test.store.create([userDraft('zo\u00e9@x.example')], 0)),
      ).toEqual(['taken']);
    });

    it('prefers the holder of the externalId to that of the name', async () => {
      const own = await fixture.one(userDraft('own@x.example'));
      await fixture.one(userDraft('foreign@x.example'));
      const [outcome] = await fixture.test.store.create(
        [{ ...userDraft('foreign@x.example'), externalId: own.externalId ?? '' }],
        0,
      );
      expect(outcome).toEqual({ ok: false, reason: 'taken', holder: own });
    });

    it('takes an externalId exactly, and per kind', async () => {
      const id = randomUUID();
      const outcomes = await fixture.test.store.create(
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
      const outcomes = await fixture.test.store.create(
        [userDraft('twice@x.example'), userDraft('Twice@x.example'), userDraft('once@x.example')],
        0,
      );
      expect(reasons(outcomes)).toEqual(['ok', 'taken', 'ok']);
      expect(outcomes[1]).toMatchObject({ holder: successOf(outcomes[0]) });
    });

    it('lets groups share a display name', async () => {
      expect(
        reasons(await fixture.test.store.create([groupDraft('Same'), groupDraft('Same')], 0)),
      ).toEqual(['ok', 'ok']);
    });

    it('refuses what cannot be kept, without its neighbours', async () => {
      const nameless = { ...userDraft('x@x.example'), attributes: { displayName: 'n' } };
      const outcomes = await fixture.test.store.create(
        [nameless, userDraft('huge@x.example', { note: 'x'.repeat(600_000) }), groupDraft('Fine')],
        0,
      );
      expect(reasons(outcomes)).toEqual(['refused', 'refused', 'ok']);
    });

    it('keeps long and strange values whole', async () => {
      const note = `${'a'.repeat(31_990)}${'\u{1f600}'.repeat(40_000)}"\\\u0001\ud800`;
      const drafts = Array.from({ length: 12 }, (_, n) =>
        userDraft(`long${n}@x.example`, { note }),
      );
      for (const entry of await fixture.create(drafts))
        expect((await fixture.reread(entry))?.attributes.note).toBe(note);
    });
  });

  describe('read', () => {
    it('leaves out what is not there', async () => {
      const entry = await fixture.one(groupDraft('There'));
      const ids = [entry.id, randomUUID(), "it's/not#an?id", ''];
      expect([...(await fixture.test.store.read('group', ids)).keys()]).toEqual([entry.id]);
      expect((await fixture.test.store.read('user', [entry.id])).size).toBe(0);
      expect((await fixture.test.store.read('user', [])).size).toBe(0);
    });
  });
}
