import { describe, expect, it } from 'vitest';
import { matchesName, namePatternSchema } from '../../../../lib/sync/rules/name-patterns.ts';

describe('namePatternSchema', () => {
  it.each([
    ['one character', 'a'],
    ['a star', '*'],
    ['ten stars', 'a*'.repeat(10)],
    ['200 characters', 'a'.repeat(200)],
    ['what means something in a regular expression', '^(a|b)+.?[c]$\\d{2}'],
    ['emoji', '🚀*'],
    ['right-to-left text', 'مجموعة*'],
    ['a name from every object', '__proto__'],
  ])('takes %s', (_, text) => {
    expect(namePatternSchema.parse(text)).toBe(text);
  });

  it.each([
    ['', 'a name pattern has at least one character'],
    ['a'.repeat(201), 'a name pattern has at most 200 characters'],
    ['*'.repeat(11), 'a name pattern has at most 10 stars'],
  ])('refuses %j', (text, message) => {
    const { error } = namePatternSchema.safeParse(text);
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});

describe('matchesName', () => {
  it.each([
    ['the very name', 'Admins', 'Admins', true],
    ['another case', 'ADMINS', 'admins', true],
    ['only a beginning', 'Admins of Rome', 'Admins', false],
    ['only an end', 'All Admins', 'Admins', false],
    ['a beginning', 'Admins of Rome', 'admins*', true],
    ['an end', 'All Admins', '*admins', true],
    ['a middle', 'All Admins of Rome', '*admins*', true],
    ['a star stands for nothing, too', 'Admins', '*adm*ins*', true],
    ['both ends', 'sg-rome-admins', 'sg-*-admins', true],
    ['ends that overlap', 'sg-admins', 'sg-*-admins', false],
    ['ends that overlap by a letter', 'aba', 'ab*ba', false],
    ['pieces in order', 'one two three', '*one*two*', true],
    ['pieces in another order', 'two one', '*one*two*', false],
    ['a piece needed twice', 'one', '*one*one*', false],
    ['the first of a piece is not the last', 'ab ab', 'ab*ab', true],
    ['a middle piece leaves room for the end', 'xbb', '*b*b', true],
    ['a star alone', 'anything', '*', true],
    ['a star alone, and no name', '', '*', true],
    ['stars in a row', 'ab', 'a***b', true],
    ['no name', '', 'a', false],
    ['a full stop stands for itself', 'axb', 'a.b', false],
    ['a question mark stands for itself', 'ab', 'a?', false],
    ['brackets stand for themselves', 'Team [EU] (old)', 'team [eu] (*)', true],
    ['a backslash stands for itself', 'a*', 'a\\*', false],
    ['blanks count', ' Admins', 'Admins', false],
    ['umlauts in another case', 'ÄRZTE', 'ärzte', true],
    ['a letter composed of two', 'A\u0308rzte', '\u00c4rzte', true],
    ['a sharp s', 'STRASSENBAU', 'straße*', true],
    ['a sigma, which lower case spells by its place', 'ΟΔΟΣΑΜΑ', 'ΟΔΟΣ*', true],
    ['a final sigma', 'Οδός', '*ΔΌΣ', true],
    ['emoji', '🚀 Launch 🚀', '🚀*🚀', true],
    ['another emoji with the same beginning', '🚁', '🚀', false],
    ['right-to-left text', 'مجموعة المدراء', 'مجموعة*', true],
    ['a name from every object', '__proto__', '__PROTO__', true],
    ['none of the like', 'constructor', '__proto__', false],
  ])('%s', (_, name, pattern, expected) => {
    expect(matchesName(name, [pattern])).toBe(expected);
  });

  it('is content with one pattern of several', () => {
    expect(matchesName('Admins', ['guests', 'adm*'])).toBe(true);
    expect(matchesName('Admins', ['guests', 'staff'])).toBe(false);
    expect(matchesName('Admins', [])).toBe(false);
  });

  // Tried one by one, the places of the stars would keep a machine busy for years.
  it.each([
    ['*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(300), false],
    ['*a*a*a*a*a*a*a*a*a*b', `${'a'.repeat(299)}b`, true],
    ['*aab*aab*aab*aab*aab', 'aa'.repeat(100_000), false],
  ])('tries nothing twice: %s', (pattern, name, expected) => {
    expect(matchesName(name, [pattern])).toBe(expected);
  });
});
