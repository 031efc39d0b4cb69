import fc from 'fast-check';
import { expect, it } from 'vitest';
import { halvesOf, joiningsOf, membershipKey } from '../../lib/entra/joining.ts';

const id = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.boolean()).map(([number, isUpper]) => {
  const text = `abcdef00-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return isUpper ? text.toUpperCase() : text;
});
const memberId = fc.oneof({ arbitrary: id, weight: 20 }, { arbitrary: fc.string(), weight: 1 });
const groupId = fc.constantFrom(
  'aaaaaaaa-0000-4000-8000-000000000001',
  'AAAAAAAA-0000-4000-8000-000000000001',
  'aaaaaaaa-0000-4000-8000-000000000002',
);
const pairs = fc.array(fc.record({ groupId, memberId }), { maxLength: 150 });

it('holds each membership once, 20 a request', () => {
  fc.assert(
    fc.property(pairs, (asked) => {
      const joinings = joiningsOf(asked);
      const keys = joinings.flatMap((joining) =>
        joining.memberIds.map((member) =>
          membershipKey({ groupId: joining.groupId, memberId: member }),
        ),
      );
      expect(new Set(keys)).toEqual(new Set(asked.map(membershipKey)));
      expect(new Set(keys).size).toBe(keys.length);
      for (const { memberIds } of joinings) {
        expect(memberIds.length).toBeGreaterThan(0);
        expect(memberIds.length).toBeLessThanOrEqual(20);
      }
    }),
  );
});

it('falls into halves that are smaller and hold all of it', () => {
  const ids = fc.array(id, { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(ids, (memberIds) => {
      const halves = halvesOf({ groupId: 'g', memberIds });
      expect(halves.flatMap((half) => half.memberIds)).toEqual(memberIds);
      expect(halves).toHaveLength(2);
    }),
  );
});
