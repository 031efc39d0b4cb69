import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../lib/sync/entry.ts';
import { fold, needsProof } from '../../../lib/sync/fold.ts';
import type { Link } from '../../../lib/sync/link.ts';

const context = { runId: 'run', alive: false, now: 0 };
const plain = (properties: Item['properties'], more: Partial<Item> = {}): Item => ({
  kind: 'user',
  id: 'u1',
  properties,
  ...more,
});
const removal = (removed: 'changed' | 'deleted'): Item => plain({}, { removed });

function folded(items: readonly Item[], start?: Link, alive = false): Link | undefined {
  return items.reduce<Link | undefined>(
    (link, item) => fold(link, item, { ...context, alive }),
    start,
  );
}

describe('fold', () => {
  it('keeps what an item does not mention', () => {
    const link = folded([
      plain({ displayName: 'Ada', jobTitle: 'Dev' }),
      plain({ jobTitle: 'CTO' }),
    ]);
    expect(link?.seen.properties).toEqual({ displayName: 'Ada', jobTitle: 'CTO' });
  });

  it('keeps null as cleared', () => {
    const link = folded([plain({ jobTitle: 'Dev' }), plain({ jobTitle: null })]);
    expect(link?.seen.properties).toEqual({ jobTitle: null });
  });

  it('returns the very same link for a repetition', () => {
    const link = folded([plain({ displayName: 'Ada', businessPhones: ['1'] }, { manager: 'm' })]);
    const again = plain({ displayName: 'Ada', businessPhones: ['1'] }, { manager: 'm' });
    expect(folded([again], link)).toBe(link);
  });

  it('keeps nothing of a removal of something never seen', () => {
    expect(folded([removal('deleted')])).toBeUndefined();
  });

  it.each([
    [['changed'], 'changed'],
    [['changed', 'deleted'], 'deleted'],
    [['deleted', 'changed'], 'deleted'],
    [['changed', 'changed'], 'changed'],
  ] as const)('removals %j leave %s', (reasons, left) => {
    const link = folded([plain({}), ...reasons.map(removal)]);
    expect(link?.seen.removed).toBe(left);
  });

  it('ignores a plain item after a removal unless the object is proven alive', () => {
    const gone = folded([plain({ displayName: 'Ada' }), removal('changed')]);
    const replay = plain({ displayName: 'Old' });
    expect(needsProof(gone, replay)).toBe(true);
    expect(folded([replay], gone)).toBe(gone);
    const back = folded([replay], gone, true);
    expect(back?.seen).toEqual({ properties: { displayName: 'Old' } });
  });

  it.each([
    ['left the scope, and is deleted now', undefined, false],
    ['was deleted already', 'changed', true],
  ] as const)('decides anew on who was kept and %s: %#', (_, removed, kept) => {
    const known = folded([plain({ displayName: 'Ada' })]);
    if (!known) throw new Error('nothing is folded');
    const seen = { ...known.seen, ...(removed && { removed }) };
    expect(folded([removal('deleted')], { ...known, kept: true, seen })?.kept).toBe(kept);
  });

  it('tells a manager that went from one that was not mentioned', () => {
    const link = folded([plain({}, { manager: 'm' }), plain({ jobTitle: 'x' })]);
    expect(link?.seen.manager).toBe('m');
    expect(folded([plain({}, { manager: null })], link)?.seen.manager).toBeNull();
  });

  it('comes to the same however often items are repeated', () => {
    const property = fc.constantFrom('displayName', 'jobTitle', 'givenName', 'surname');
    const value = fc.oneof(fc.string(), fc.constant(null));
    const items = fc.array(
      fc.dictionary(property, value).map((known) => plain(known)),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(items, (all) => {
        const once = folded(all);
        const lastAgain = folded(all.slice(-1), once);
        expect(lastAgain).toBe(once);
      }),
    );
  });

  it('reaches the same properties from partial items in any order', () => {
    const parts = [
      plain({ givenName: 'Ada' }),
      plain({ surname: 'Byron' }),
      plain({ mail: 'a@b.c' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 3 }), (order) => {
        expect(folded(order)?.seen.properties).toEqual({
          givenName: 'Ada',
          surname: 'Byron',
          mail: 'a@b.c',
        });
      }),
    );
  });
});
