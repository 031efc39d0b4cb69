import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { result } from './rows.ts';

const replaced = (pattern: string, text: string, replacement = '-') =>
  result('Replace([a], , [p], , [r])', { a: text, p: pattern, r: replacement });

describe('patterns', () => {
  it.each([
    ['\\w+', 'Zoë Ærø', '- -'],
    ['[\\w-]+', 'a-b c', '- -'],
    ['\\W', 'é!ø', 'é-ø'],
    ['[\\W_]', 'é_ø!', 'é-ø-'],
    ['\\d', 'x٣', 'x-'],
    ['[^\\d]', 'x٣', '-٣'],
    ['\\D', 'x1', '-1'],
    ['[\\D]', 'x1', '-1'],
    ['\\s', 'a\u00a0b\u0085c', 'a-b-c'],
    ['\\S', 'a b', '- -'],
    ['[^\\S]', 'a b', 'a-b'],
    ['[\\Sx]+', 'ab c', '- -'],
    ['\\bada\\b', 'ada adam', '- adam'],
    ['a\\Bb', 'ab', '-'],
    ['(?i)ADA', 'ada', '-'],
    ['(?i:A)b', 'ab AB', '- AB'],
    ['(?#comment)a', 'a', '-'],
    ['[[:x]+', 'a[:x', 'a-'],
    ['[]a]+', ']a', '-'],
    ['\\u00e9', 'é', '-'],
    ['\\x41\\cA\\e', 'A\u0001\u001b', '-'],
    ['[\\b]', '\u0008', '-'],
    ['\\0', '\u0000', '-'],
    ['\\p{Lu}|\\P{L}', 'aB1', 'a--'],
    ['\\«\\.\\-', '«.-', '-'],
    ['^a|b$', 'ab', '--'],
    ['\\Aa|b\\z', 'ab', '--'],
    ['a{2}|b{1,2}?|c{1,}', 'aabbcc', '----'],
    ['😀', 'a😀', 'a-'],
    ['.', '😀', '-'],
    ['', 'ab', '-a-b-'],
  ])('%s in %j', (pattern, text, expected) => {
    expect(replaced(pattern, text)).toBe(expected);
  });

  it.each([
    ['(?<first>a)(b)', `\${first}|$1|$2`, 'a|b|a'],
    ["(?'first'a)(b)", `\${first}`, 'a'],
    ['(?P<first>a)(b)', `\${first}`, 'a'],
    ['(?<é>a)b', `[\${é}]`, '[a]'],
    ['(a)b', '$$1 $1', '$1 a'],
    ['(a)b', `$0 $& \${0}`, 'ab ab ab'],
    ['(a)b', `$2 \${x} $`, `$2 \${x} $`],
    ['(a)b', '$10', '$10'],
    ['(a)b', `\${1}0`, 'a0'],
    ['(a)(b)', '$+', 'b'],
    ['a(x)?b', '<$1>', '<>'],
    ['b', '$`', 'aa'],
    ['a', "$'", 'bb'],
    ['b', '$_', 'aab'],
  ])('%s, replaced by %s', (pattern, replacement, expected) => {
    expect(replaced(pattern, 'ab', replacement)).toBe(expected);
  });

  it.each([
    ['a(?=b)', 'look-ahead and look-behind are not supported'],
    ['(?<!a)b', 'look-ahead and look-behind are not supported'],
    ['(?>a)', 'atomic groups are not supported'],
    ['(a)\\1', 'backreferences are not supported'],
    ['(?<n>a)\\k<n>', 'backreferences are not supported'],
    ['(?<a-b>x)', 'numbered, balancing and conditional groups are not supported'],
    ['(?<1>x)', 'numbered, balancing and conditional groups are not supported'],
    ['(?(a)b|c)', 'numbered, balancing and conditional groups are not supported'],
    ['(?x)a', 'of the options only i, m and s are supported'],
    ['(?<n>a)(?<n>b)', 'two groups have the same name'],
    ['[a-z-[aeiou]]', 'sets that are taken out of sets are not supported'],
    ['a\\Z', '\\G and \\Z are not supported; \\z is the end of the text'],
    ['[a', 'a bracket is not closed'],
    ['(a', 'a parenthesis is not closed'],
    ['a)', 'a parenthesis is not opened'],
    ['a\\', 'an escape is not known'],
    ['\\Qa', 'an escape is not known'],
    ['a**', 'the pattern is not valid: invalid nested repetition operator'],
    ['*', 'the pattern is not valid: missing argument to repetition operator'],
    ['\\p{IsGreek}', 'the pattern is not valid: invalid character class range'],
    ['(a{1000}){1000}', 'the pattern is too large once its repetitions are spelled out'],
  ])('%s is refused: %s', (pattern, message) => {
    const expected = { message: `Replace: ${message} (at 15)`, position: 15 };
    const literal = pattern.replaceAll('\\', '\\\\');
    expect(() => result(`Replace([a], , "${literal}", , "-")`, {})).toThrow(
      expect.objectContaining(expected),
    );
    expect(() => replaced(pattern, 'x')).toThrow(expect.objectContaining(expected));
  });

  it('refuses a pattern that is too long', () => {
    expect(() => replaced('a'.repeat(1_001), 'a')).toThrow('longer than 1000 characters (at 15)');
    expect(replaced('a'.repeat(1_000), 'a')).toBe('a');
  });

  it('refuses a faulty constant pattern before anything is evaluated', () => {
    expect(() => result('IIF(True, "a", Replace([a], , "(?=x)", , "-"))')).toThrow('look-ahead');
  });

  it('does not guess where words with letters beyond ASCII begin', () => {
    const message = 'Replace: \\b and \\B know ASCII letters only, and the text has others (at 15)';
    expect(() => replaced('\\bl', 'Élodie')).toThrow(expect.objectContaining({ message }));
  });

  it('replaces one group of every match, and takes the replacement as it is', () => {
    expect(result('Replace("a1 b2", , "([a-z])([0-9])", "2", "$1")')).toBe('a$1 b$1');
    expect(result('Replace("a1 b", , "([a-z])([0-9])?", "2", "x")')).toBe('ax b');
  });

  it('reads a pattern from an attribute anew when it changes', () => {
    const text = 'Replace("ab", , [p], , "-")';
    expect(['a', 'b', 'a'].map((p) => result(text, { p }))).toEqual(['-b', 'a-', '-b']);
  });

  it('does what JavaScript does where both know the syntax', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a)', '(?:ab|b)', '(b|)');
    const times = fc.constantFrom('', '*', '+', '?', '*?', '+?', '{2}', '{0,1}');
    const piece = fc.tuple(atom, times).map((parts) => parts.join(''));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 });
    const bar = fc.constantFrom('', '|');
    fc.assert(
      fc.property(
        pattern,
        pattern,
        bar,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c') }),
        (left, right, or, text) => {
          const source = left.join('') + or + right.join('');
          expect(replaced(source, text, '<$&>')).toBe(
            text.replace(new RegExp(source, 'gu'), '<$&>'),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
