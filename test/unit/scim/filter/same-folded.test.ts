import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSameFolded } from '../../../../lib/scim/filter/same-folded.ts';
import { foldName } from '../../../../lib/sync/fold-name.ts';

const unit = fc.constantFrom(
  'a',
  'A',
  'e',
  'Z',
  ' ',
  '\t',
  '\u0301',
  '\u00e9',
  '\u0130',
  '@',
  '\u00a0',
);
const text = fc.string({ unit, maxLength: 5 });

it.each([
  ['Abc', 'abc', true],
  ['abcd', 'abc', false],
  ['ab', 'abc', false],
  [' abc ', 'abc', true],
  ['a b', 'a b', true],
  ['', '', true],
  ['e\u0301', '\u00e9', true],
  ['e\u0301', 'e', false],
  ['e', '\u00e9', false],
])('%j folds to %j: %s', (one, folded, isSame) => {
  expect(isSameFolded(one, folded)).toBe(isSame);
});

it('folds as names are folded', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(isSameFolded(a, foldName(b))).toBe(foldName(a) === foldName(b));
      expect(isSameFolded(a, foldName(a))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
