import { describe, expect, it } from 'vitest';
import type { Item } from '../../../lib/sync/entry.ts';
import { laneOf } from '../../../lib/sync/lanes.ts';
import { stillDirty } from '../../../lib/sync/link.ts';
import { splitPage } from '../../../lib/sync/page.ts';

const item = (id: string, more: Partial<Item> = {}): Item => ({
  kind: 'group',
  id,
  properties: {},
  ...more,
});
const all = (items: readonly Item[]) => [...splitPage(items).values()].flat(2);

describe('splitPage', () => {
  it('sends every item to its own lane, in order', () => {
    const items = Array.from({ length: 200 }, (_, index) => item(`id-${index % 150}`));
    for (const [lane, batches] of splitPage(items)) {
      const share = items.filter(({ id }) => laneOf(id) === lane);
      expect(batches.flat()).toEqual(share);
    }
    expect(all(items)).toHaveLength(200);
  });

  it('slices a long list of members over items of the same group', () => {
    const members = Array.from({ length: 4_000 }, (_, index) => ({
      id: `member-${index}`,
      kind: 'user' as const,
      removed: false,
    }));
    const batches = [...splitPage([item('g', { members })]).values()].flat();
    const slices = batches.flat();
    expect(slices.flatMap((slice) => slice.members ?? [])).toEqual(members);
    expect(slices.every((slice) => slice.id === 'g')).toBe(true);
  });

  it('keeps every batch below what a message holds', () => {
    const properties = { description: '字'.repeat(12_000) };
    const items = Array.from({ length: 20 }, () => item('same', { properties }));
    const [batches = []] = splitPage(items).values();
    expect(batches.flat()).toHaveLength(20);
    for (const batch of batches)
      expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(200_000);
  });

  it('lets an oversized item travel without its properties', () => {
    const members = [{ id: 'm', kind: 'user' as const, removed: true }];
    const huge = item('huge', { properties: { description: 'x'.repeat(50_000) }, members });
    expect(all([huge])).toEqual([item('huge', { oversized: true, members })]);
  });
});

describe('stillDirty', () => {
  it('is due again after 1, 5 and 30 minutes, 6 hours, then daily', () => {
    const minutes: number[] = [];
    let dirty = null;
    for (let attempt = 0; attempt < 6; attempt += 1) {
      dirty = stillDirty(dirty, 'refused', { now: 0 });
      minutes.push(dirty.due / 60_000);
    }
    expect(minutes).toEqual([1, 5, 30, 360, 1_440, 1_440]);
  });

  it('counts anew for another reason', () => {
    const first = stillDirty(null, 'refused', { now: 0 });
    expect(stillDirty(first, 'name-taken', { now: 0 }).attempts).toBe(1);
  });
});
