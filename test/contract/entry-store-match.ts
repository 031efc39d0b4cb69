import { describe, expect, it } from 'vitest';
import { sameValue } from '../../lib/sync/merge.ts';
import { MATCHING_ATTRIBUTES } from '../../lib/sync/rules/matching.ts';
import { change, type Fixture, groupDraft, successOf, userDraft } from './entry-store-fixture.ts';

const WORK_MAIL = 'emails[type eq "work"].value';

/** Finding entries that nothing ties to the other side. */
export function describeMatching(fixture: Fixture): void {
  describe('match', () => {
    const match: Fixture['test']['store']['match'] = (...call) => fixture.test.store.match(...call);

    it('finds users by each attribute, and says which value it was', async () => {
      const entry = await fixture.one(
        userDraft('Match@x.example', {
          displayName: 'Möller, Zoe',
          [WORK_MAIL]: 'Zoe@Mail.example',
        }),
      );
      const { externalId = '' } = entry;
      const asked = {
        userName: ' MATCH@x.example',
        externalId,
        [WORK_MAIL]: 'zoe@mail.EXAMPLE',
        displayName: 'MO\u0308LLER, zoe ',
      };
      for (const attribute of MATCHING_ATTRIBUTES) {
        const value = asked[attribute] ?? '';
        const found = await match('user', attribute, ['nobody', value, '', value]);
        expect([attribute, [...found]]).toEqual([attribute, [[value, [entry]]]]);
        expect((await match('user', attribute, [])).size).toBe(0);
      }
      expect((await match('user', 'externalId', [externalId.toUpperCase()])).size).toBe(0);
    });

    it('finds groups by name and externalId', async () => {
      const group = await fixture.one(groupDraft('Match Group'));
      const user = await fixture.one(userDraft('mg@x.example', { displayName: 'Match Group' }));
      const { externalId = '' } = group;
      const byName = async (kind: 'user' | 'group') =>
        (await match(kind, 'displayName', ['match group'])).get('match group');
      expect(await byName('group')).toEqual([group]);
      expect(await byName('user')).toEqual([user]);
      expect((await match('group', 'externalId', [externalId])).get(externalId)).toEqual([group]);
      expect((await match('user', 'externalId', [externalId])).size).toBe(0);
      expect((await match('group', 'userName', ['Match Group'])).size).toBe(0);
      expect((await match('group', WORK_MAIL, ['Match Group'])).size).toBe(0);
    });

    it('knows one value in two spellings', async () => {
      const entry = await fixture.one(userDraft('spelt@x.example'));
      const found = await match('user', 'userName', ['spelt@x.example', 'SPELT@x.example']);
      expect([...found.values()]).toEqual([[entry], [entry]]);
    });

    it('brings three of many that share a value, and the others too', async () => {
      const shared = { [WORK_MAIL]: 'office@x.example' };
      const made = await fixture.create(
        Array.from({ length: 6 }, (_, n) => userDraft(`of${n}@x.example`, shared)),
      );
      const other = await fixture.one(userDraft('other.office@x.example'));
      const values = ['office@x.example', 'other.office@x.example'];
      const found = await match('user', WORK_MAIL, values);
      expect(made).toEqual(expect.arrayContaining([...(found.get('office@x.example') ?? [])]));
      expect(found.get('office@x.example')).toHaveLength(3);
      expect(found.get('other.office@x.example')).toEqual([other]);
    });

    it('finds many at once', async () => {
      const drafts = Array.from({ length: 60 }, (_, n) => userDraft(`all${n}@match.example`));
      const made = await fixture.create(drafts);
      for (const attribute of ['userName', 'displayName', WORK_MAIL] as const) {
        const names = drafts.map((draft) => String(draft.attributes[attribute]));
        const found = await match('user', attribute, [...names, 'nobody@match.example']);
        expect([...found]).toEqual(made.map((entry, n) => [names[n], [entry]]));
      }
    });

    it('follows a change, and a removal', async () => {
      const entry = await fixture.one(userDraft('moves@x.example'));
      const set = { displayName: 'Moved', [WORK_MAIL]: 'moved@x.example' };
      const moved = successOf((await fixture.test.store.update([change(entry, set)]))[0]);
      const values = ['moves@x.example', 'Moved', 'moved@x.example'];
      const all = () =>
        Promise.all(
          (['displayName', WORK_MAIL] as const).map(async (attribute) => [
            ...(await match('user', attribute, values)),
          ]),
        );
      expect(await all()).toEqual([[['Moved', [moved]]], [['moved@x.example', [moved]]]]);
      await fixture.test.store.remove('user', [entry.id], 0);
      expect(await all()).toEqual([[], []]);
    });
  });

  describe('multi-valued attributes', () => {
    it('are kept whole, and replaced as a whole', async () => {
      const entry = await fixture.one(userDraft('many@v.example', { entitlements: ['b', 'a'] }));
      const kept = (await fixture.reread(entry))?.attributes.entitlements;
      expect(kept).toEqual(['b', 'a']);
      // What is compared with it is a set: neither order nor repetition is a difference.
      expect(sameValue(kept, ['a', 'b', 'a'])).toBe(true);
      expect(sameValue(kept, ['a'])).toBe(false);
      const outcomes = await fixture.test.store.update([change(entry, { entitlements: ['c'] })]);
      expect(successOf(outcomes[0]).attributes.entitlements).toEqual(['c']);
      expect((await fixture.reread(entry))?.attributes.entitlements).toEqual(['c']);
      const cleared = await fixture.test.store.update([
        change(successOf(outcomes[0]), {}, ['entitlements']),
      ]);
      expect(successOf(cleared[0]).attributes).not.toHaveProperty('entitlements');
    });
  });
}
