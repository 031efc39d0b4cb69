import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countIds, packSets, unpackSets } from '../../../lib/state/packed-sets.ts';

const guids = (count: number) => Array.from({ length: count }, () => randomUUID());

describe('packed sets', () => {
  it('come back as they were', () => {
    const some = guids(3);
    const sets = { scope: some, 'entitlement:Ünder / "ware"?\ud800': [...some, 'x'], '': [] };
    const untold = [some[2] ?? '', 'UPPER'];
    expect(unpackSets(packSets({ sets, untold }))).toEqual({ sets, untold });
    expect(unpackSets(packSets({ sets: {}, untold: [] }))).toEqual({ sets: {}, untold: [] });
  });

  it('come back whatever ids and names are', () => {
    const text = fc.string({ unit: 'binary' });
    const id = fc.oneof(fc.uuid(), text);
    const ids = fc.array(id, { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, ids), { maxLength: 5 }), ids, (entries, untold) => {
        const sets = Object.fromEntries(entries);
        const unpacked = unpackSets(packSets({ sets, untold }));
        expect(unpacked).toEqual({ sets, untold });
        expect(countIds({ sets, untold })).toBe(
          new Set([...Object.values(sets).flat(), ...untold]).size,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('hold 20,000 groups that stand in four of them within 700 KB', () => {
    const ids = guids(20_000);
    const sets = { scope: ids, policy: ids, allow: ids };
    expect(packSets({ sets, untold: ids }).length).toBeLessThan(700_000);
  });

  it('are refused where they are something else', () => {
    const packed = packSets({ sets: { scope: guids(2) }, untold: [] });
    const cut = packed.subarray(0, packed.length - 2);
    const far = Buffer.from(packed);
    far.writeUInt32LE(9, packed.length - 4);
    for (const bytes of [Buffer.alloc(0), Buffer.from('nothing of it'), cut, far])
      expect(() => unpackSets(bytes)).toThrow('do not have their shape');
  });
});
