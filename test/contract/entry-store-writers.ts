import { describe, expect, it } from 'vitest';
import {
  change,
  type Fixture,
  groupDraft,
  reasons,
  successOf,
  userDraft,
} from './entry-store-fixture.ts';

/** Writers that meet. Comes last, since it counts all that is there. */
export function describeWriters(fixture: Fixture): void {
  describe('many writers at once', () => {
    it('give each name to exactly one, and count exactly', async () => {
      const before = await fixture.test.counts();
      const names = Array.from({ length: 48 }, (_, n) => `race${n}@x.example`);
      const lanes = Array.from({ length: 16 }, (_, lane) =>
        (lane % 2 ? fixture.test.store : fixture.test.other).create(
          // Each lane begins elsewhere, so that they meet in the middle of their batches.
          names.map((_, n) => userDraft(names[(n + lane * 3) % names.length] ?? '')),
          lane,
        ),
      );
      const outcomes = (await Promise.all(lanes)).flat();
      const made = outcomes.filter((outcome) => outcome.ok).map(successOf);
      expect(made).toHaveLength(names.length);
      expect(new Set(made.map((entry) => entry.attributes.userName))).toEqual(new Set(names));
      expect(new Set(reasons(outcomes))).toEqual(new Set(['ok', 'taken']));
      expect(await fixture.test.counts()).toEqual({
        ...before,
        users: before.users + names.length,
      });
    });

    it('share a slot without losing a count', async () => {
      const before = await fixture.test.counts();
      const writers = Array.from({ length: 12 }, (_, n) =>
        (n % 2 ? fixture.test.store : fixture.test.other).create([groupDraft(`Shared ${n}`)], 7),
      );
      expect(reasons((await Promise.all(writers)).flat())).toEqual(Array(12).fill('ok'));
      expect(await fixture.test.counts()).toEqual({ ...before, groups: before.groups + 12 });
    });

    it('renaming and removing leave no claim behind and take none along', async () => {
      const made = await fixture.create(
        Array.from({ length: 10 }, (_, n) => userDraft(`rr${n}@x.example`)),
      );
      await Promise.all([
        fixture.test.store.update(
          made.map((entry, n) => change(entry, { userName: `rx${n}@x.example` })),
        ),
        fixture.test.other.remove(
          'user',
          made.map((entry) => entry.id),
          2,
        ),
        fixture.test.other.create(
          made.map((_, n) => userDraft(`rr${n}@x.example`)),
          3,
        ),
      ]);
      const names = [...made.keys()].flatMap((n) => [`rr${n}@x.example`, `rx${n}@x.example`]);
      await fixture.test.store.create(
        names.map((name) => userDraft(name)),
        4,
      );
      const outcomes = await fixture.test.store.create(
        names.map((name) => userDraft(name)),
        4,
      );
      expect(new Set(reasons(outcomes))).toEqual(new Set(['taken']));
    });

    it('counts what is there', async () => {
      expect(await fixture.test.counts()).toEqual({
        users: (await fixture.test.entries('user')).length,
        groups: (await fixture.test.entries('group')).length,
      });
    });
  });
}
