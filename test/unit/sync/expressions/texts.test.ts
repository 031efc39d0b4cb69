import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from '../../../../lib/sync/expressions/cut.ts';
import { trim } from '../../../../lib/sync/expressions/trim.ts';
import { result } from './rows.ts';

const of = (name: string, a: string) => result(`${name}([a])`, { a });

describe('NormalizeDiacritics', () => {
  // Both columns of the table in Entra's documentation.
  it.each([
    ['ä, à, â, ã, å, á, ą, ă, ā, ā́, ā̀, ā̂, ā̃, ǟ, ā̈, ǡ, a̱, å̄', 'a'],
    ['Ä, À, Â, Ã, Å, Á, Ą, Ă, Ā, Ā́, Ā̀, Ā̂, Ā̃, Ǟ, Ā̈, Ǡ, A̱, Å̄', 'A'],
    ['æ, ǣ', 'ae'],
    ['Æ, Ǣ', 'AE'],
    ['ç, č, ć, c̄, c̱', 'c'],
    ['ď, d̄, ḏ', 'd'],
    ['ë, è, é, ê, ę, ě, ė, ē, ḗ, ḕ, ē̂, ē̃, ê̄, e̱, ë̄, e̊̄', 'e'],
    ['ğ, ḡ, g̱', 'g'],
    ['ï, î, ì, í, ı, ī, ī́, ī̀, ī̂, ī̃, i̱', 'i'],
    ['Ï, Î, Ì, Í, İ, Ī, Ī́, Ī̀, Ī̂, Ī̃, I̱', 'I'],
    ['ľ, ł, l̄, ḹ, ḻ', 'l'],
    ['Ł, Ľ, L̄, Ḹ, Ḻ', 'L'],
    ['ñ, ń, ň, n̄, ṉ', 'n'],
    ['ö, ò, ő, õ, ô, ó, ō, ṓ, ṑ, ō̂, ō̃, ȫ, ō̈, ǭ, ȭ, ȱ, o̱', 'o'],
    ['ø, ø̄, œ̄', 'oe'],
    ['Ø, Ø̄, Œ̄', 'OE'],
    ['ř, r̄, ṟ, ṝ', 'r'],
    ['ß', 'ss'],
    ['š, ś, ș, ş, s̄, s̱', 's'],
    ['ť, ț, t̄, ṯ', 't'],
    ['ü, ù, û, ú, ů, ű, ū, ū́, ū̀, ū̂, ū̃, u̇̄, ǖ, ṻ, ṳ̄, u̱', 'u'],
    ['ÿ, ý, ȳ, ȳ́, ȳ̀, ȳ̃, y̱', 'y'],
    ['ź, ž, ż, z̄, ẕ', 'z'],
  ])('of %s is %s', (letters, plain) => {
    for (const letter of letters.split(', ')) expect(of('NormalizeDiacritics', letter)).toBe(plain);
  });

  it.each(['Йосиф', 'が', 'नीति', 'עִבְרִית', 'محمّد', '한국', '😀', 'Ελένη', 'đ'])(
    'leaves %s, whose marks are part of the spelling',
    (text) => {
      expect(of('NormalizeDiacritics', text)).toBe(text.normalize('NFC'));
    },
  );
});

describe('casing', () => {
  it.each([
    ['ToUpper', 'ŉ ﬁ ß ı', 'ŉ ﬁ ß ı'],
    ['ToUpper', 'ǆ é 𐐨', 'Ǆ É 𐐀'],
    ['ToLower', 'ΌΔΟΣ İ 𐐀', 'όδοσ İ 𐐨'],
    ['PCase', 'ǆeMO ßa', 'ǅemo ßa'],
    ['PCase', 'a_b-c.d(e)f\u00a0g\u200bh$i+j', 'A_B-C.D(E)F\u00a0G\u200bH$I+J'],
    ['PCase', "o'BRIEN 'x'", "O'brien 'X'"],
    ['PCase', '1ST x2Y', '1St X2y'],
    ['PCase', 'É\u0301A שלום', 'É\u0301a שלום'],
  ])('%s of %s is %s', (name, text, expected) => {
    expect(of(name, text)).toBe(expected);
  });
});

describe('cutting', () => {
  it.each([
    ['Left([a], 1)', ''],
    ['Left([a], 2)', '😀'],
    ['Left([a], 3)', '😀x'],
    ['Left([a], 4)', '😀x'],
    ['Mid([a], 2, 2)', 'x'],
    ['Mid([a], 2, 1)', ''],
    ['Mid([a], 2, 3)', 'x'],
    ['Mid([a], 4)', '😀'],
    ['Len([a])', 5],
    ['InStr([a], "x")', 3],
  ])('%s of "😀x😀" is %j', (text, expected) => {
    expect(result(text, { a: '😀x😀' })).toBe(expected);
  });

  it('never leaves half a character, and is otherwise a slice', () => {
    const text = fc.string({ unit: 'grapheme' });
    const at = fc.nat({ max: 30 });
    fc.assert(
      fc.property(text, at, at, (all, start, end) => {
        const part = cut(all, start, end);
        expect(part.isWellFormed()).toBe(true);
        const slice = all.slice(start, end);
        expect(slice).toContain(part);
        if (slice.isWellFormed()) expect(part).toBe(slice);
      }),
    );
  });

  it('trims what .NET takes for white space', () => {
    const blank = fc.constantFrom(' ', '\t', '\u0085', '\u2003', '\u3000');
    fc.assert(
      fc.property(fc.string({ unit: blank }), fc.string({ unit: blank }), (before, after) => {
        expect(trim(`${before}\ufeffa b${after}`)).toBe('\ufeffa b');
        expect(trim(before)).toBe('');
      }),
    );
  });
});
