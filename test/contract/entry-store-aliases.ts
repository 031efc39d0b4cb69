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

const WORK_MAIL = 'emails[type eq "work"].value';

/** Aliases, of which each belongs to one entry. */
export function describeAliases(fixture: Fixture): void {
  describe('aliases', () => {
    const ALIASES = 'urn:ietf:params:scim:schemas:extension:tandem:2.0:User:aliases';
    const refused = {
      ok: false,
      reason: 'refused',
      detail: 'an alias of it belongs to another entry',
    };
    const withAliases = (userName: string, ...aliases: string[]) =>
      userDraft(userName, { [ALIASES]: aliases });

    it('belong to one entry each, without case, and stop no neighbour', async () => {
      const holder = await fixture.one(withAliases('al1@x.example', 'Ada', 'ada.l'));
      const outcomes = await fixture.test.store.create(
        [
          withAliases('al2@x.example', 'bob'),
          withAliases('al3@x.example', 'free', ' ADA'),
          withAliases('al4@x.example', 'carl', 'Carl'),
          withAliases('al5@x.example', 'BOB'),
          withAliases('AL1@x.example', 'ada'),
        ],
        0,
      );
      expect(reasons(outcomes)).toEqual(['ok', 'refused', 'ok', 'refused', 'taken']);
      expect(outcomes[1]).toEqual(refused);
      expect(outcomes[4]).toMatchObject({ holder });
      // Nothing of those that were refused stays behind.
      const later = [withAliases('al3@x.example', 'free'), withAliases('al5@x.example')];
      expect(reasons(await fixture.test.store.create(later, 0))).toEqual(['ok', 'ok']);
    });

    it('move with an update, and come back with a removal', async () => {
      const [a, b, c] = await fixture.create([
        withAliases('up1@x.example', 'eve', 'eva'),
        withAliases('up2@x.example', 'fay'),
        userDraft('up3@x.example'),
      ]);
      if (!a || !b || !c) throw new Error('three were made');
      const outcomes = await fixture.test.store.update([
        change(a, { [ALIASES]: ['EVE', 'eden'] }),
        change(b, { [ALIASES]: ['fay', 'Eden'] }),
        change(c, { [ALIASES]: ['eva'], title: 't' }),
      ]);
      expect(reasons(outcomes)).toEqual(['ok', 'refused', 'ok']);
      expect(outcomes[1]).toEqual(refused);
      expect(await fixture.reread(b)).toEqual(b);
      const title = await fixture.test.store.update([change(b, { title: 'still well' })]);
      expect(reasons(title)).toEqual(['ok']);

      await fixture.test.store.remove('user', [a.id], 0);
      const cleared = await fixture.test.store.update([
        change(successOf(outcomes[2]), {}, [ALIASES]),
      ]);
      expect(reasons(cleared)).toEqual(['ok']);
      const names = ['eve', 'eden', 'eva'];
      const anew = await fixture.create(
        names.map((name) => withAliases(`${name}@new.example`, name)),
      );
      expect(anew).toHaveLength(3);
    });

    it('are another matter than names, and than those of groups', async () => {
      await fixture.one(userDraft('alias.name@x.example'));
      const group = {
        ...groupDraft('Aliased'),
        attributes: { displayName: 'A', [ALIASES]: ['gus'] },
      };
      const outcomes = await fixture.test.store.create(
        [group, withAliases('g1@x.example', 'gus', 'alias.name@x.example')],
        0,
      );
      expect(reasons(outcomes)).toEqual(['ok', 'ok']);
    });

    it('can all be replaced, up to a number that is told', async () => {
      const aliases = (word: string, count: number) =>
        Array.from({ length: count }, (_, n) => `${word} ${n} ${randomUUID()}`);
      const tooMany = withAliases('more@x.example', ...aliases('more', 41));
      expect(await fixture.test.store.create([tooMany], 0)).toEqual([
        { ok: false, reason: 'refused', detail: 'there are more than 40 aliases' },
      ]);
      const entry = await fixture.one(withAliases('forty@x.example', ...aliases('old', 40)));
      const set = {
        userName: 'forty2@x.example',
        displayName: 'Forty',
        [WORK_MAIL]: 'f@x.example',
        externalId: randomUUID(),
        [ALIASES]: aliases('new', 40),
      };
      expect(reasons(await fixture.test.store.update([change(entry, set)]))).toEqual(['ok']);
    });

    it('go to one of many writers', async () => {
      const writers = Array.from({ length: 8 }, (_, n) =>
        (n % 2 ? fixture.test.store : fixture.test.other).create(
          [withAliases(`w${n}@x.example`, 'wanted'), userDraft(`n${n}@x.example`)],
          n,
        ),
      );
      const outcomes = await Promise.all(writers);
      expect(outcomes.flatMap(([first]) => reasons(first ? [first] : [])).toSorted()).toEqual([
        'ok',
        ...Array<string>(7).fill('refused'),
      ]);
      expect(outcomes.every(([, second]) => second?.ok)).toBe(true);
    });
  });
}
